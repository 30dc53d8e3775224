package dev.penstock.testing.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * A self-signed certificate for loopback, made by the JDK's keytool, as the PEM files that servers
 * are given.
 *
 * @param certificate the certificate, which is its own authority
 * @param key the private key, PKCS #8
 */
public record TestIdentity(Path certificate, Path key) {
  private static final String PASSWORD = "changeit";
  private static final String ALIAS = "penstock";
  private static final Duration KEYTOOL_BOUND = Duration.ofSeconds(60);

  /** Makes one in a directory, valid for {@code localhost} and 127.0.0.1 for two days. */
  public static TestIdentity create(Path directory) throws IOException, InterruptedException {
    Path store = directory.resolve("certificate.p12");
    generate(store, directory.resolve("keytool.log"));
    try {
      KeyStore opened = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Key key = opened.getKey(ALIAS, PASSWORD.toCharArray());
      byte[] certificate = opened.getCertificate(ALIAS).getEncoded();
      return new TestIdentity(
          pem(directory.resolve("certificate.pem"), "CERTIFICATE", certificate),
          pem(directory.resolve("key.pem"), "PRIVATE KEY", key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read what keytool wrote to " + store, e);
    }
  }

  private static void generate(Path store, Path output) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost,ip:127.0.0.1",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-storepass",
            PASSWORD,
            "-keystore",
            store.toString());
    PeerProcess.run(command, output, KEYTOOL_BOUND);
  }

  private static Path pem(Path file, String type, byte[] der) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String begin = "-----BEGIN " + type + "-----\n";
    String end = "\n-----END " + type + "-----\n";
    return Files.writeString(file, begin + lines + end, US_ASCII);
  }
}
