package dev.penstock.client.doctor.visit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** Keys with certificates that keytool makes for a test, under their names in one store. */
public final class MadeKeys {
  private static final String PASSWORD = "changeit";

  private final Path directory;

  public MadeKeys(Path directory) {
    this.directory = directory;
  }

  /**
   * A new key, with a certificate that it signs itself; more are options of {@code -genkeypair}.
   */
  public X509Certificate make(String name, String subject, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-alias", name, "-dname", subject));
    arguments.addAll(List.of(more));
    run(arguments);
    KeyStore keys = load();
    return (X509Certificate) Objects.requireNonNull(keys.getCertificate(name));
  }

  /** Another certificate for a key that is there, signed by the key of another name. */
  public X509Certificate sign(String name, String by, String... more) throws Exception {
    Path request = directory.resolve("request");
    Path signed = directory.resolve("signed");
    run(List.of("-certreq", "-alias", name, "-file", request.toString()));
    List<String> arguments = new ArrayList<>(List.of("-gencert", "-alias", by));
    arguments.addAll(List.of("-infile", request.toString(), "-outfile", signed.toString()));
    arguments.addAll(List.of(more));
    run(arguments);
    try (InputStream in = Files.newInputStream(signed)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  /** A store with this key alone, and what a server shows with it. */
  public KeyStore store(String name, X509Certificate... chain) throws Exception {
    KeyStore only = KeyStore.getInstance("PKCS12");
    only.load(null, null);
    Key key = Objects.requireNonNull(load().getKey(name, PASSWORD.toCharArray()));
    only.setKeyEntry("server", key, PASSWORD.toCharArray(), chain);
    return only;
  }

  /** For a server. */
  public static SSLContext context(KeyStore keys) throws Exception {
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }

  /** As a file, to be trusted. */
  public Path pem(X509Certificate certificate) throws Exception {
    String text = Base64.getMimeEncoder().encodeToString(certificate.getEncoded());
    return Files.writeString(
        directory.resolve("trusted.pem"),
        "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
  }

  private KeyStore load() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file())) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private void run(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-keystore", file().toString(), "-storepass", PASSWORD));
    Path log = directory.resolve("keytool.log");
    Process keytool =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).as(Files.readString(log)).isZero();
  }

  private Path file() {
    return directory.resolve("keys.p12");
  }
}
