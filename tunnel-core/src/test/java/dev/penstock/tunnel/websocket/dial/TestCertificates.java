package dev.penstock.tunnel.websocket.dial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes certificates with the keytool of the running JDK and writes them as PEM.
 *
 * <p>Each has an authority of its own: of a certificate that is trusted as such, nobody checks the
 * dates.
 */
public final class TestCertificates {
  private static final String PASSWORD = "changeit";
  private static final String AUTHORITY = "authority";
  private static final String SERVER = "server";

  private final Path directory;

  public TestCertificates(Path directory) {
    this.directory = directory;
  }

  /** What a server presents, with its unencrypted key, and what a client must trust; PEM files. */
  public record Chain(Path certificates, Path key, Path authority) {}

  /** Valid from yesterday for a year, for 127.0.0.1 and localhost. */
  public Chain forLoopback() throws IOException, GeneralSecurityException {
    return make("loopback", "ip:127.0.0.1,dns:localhost", "-1d", 365);
  }

  public Chain forOtherHost() throws IOException, GeneralSecurityException {
    return make("other", "dns:other.example", "-1d", 365);
  }

  public Chain expired() throws IOException, GeneralSecurityException {
    return make("expired", "ip:127.0.0.1,dns:localhost", "-10d", 5);
  }

  private Chain make(String name, String san, String from, int days)
      throws IOException, GeneralSecurityException {
    Path store = directory.resolve(name + ".p12");
    generate(store, AUTHORITY, "-1d", 365, "-ext", "bc:c=ca:true");
    generate(store, SERVER, from, days, "-ext", "san=" + san, "-signer", AUTHORITY);
    return export(name, store);
  }

  private static void generate(Path store, String alias, String from, int days, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    Collections.addAll(command, "-genkeypair", "-alias", alias, "-dname", "CN=" + alias);
    Collections.addAll(command, "-keyalg", "EC", "-groupname", "secp256r1");
    Collections.addAll(command, "-startdate", from, "-validity", Integer.toString(days));
    Collections.addAll(command, "-storetype", "PKCS12", "-keystore", store.toString());
    Collections.addAll(command, "-storepass", PASSWORD);
    Collections.addAll(command, more);
    run(command);
  }

  private static void run(List<String> command) throws IOException {
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException("keytool failed: " + command);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    } finally {
      keytool.destroyForcibly();
    }
  }

  private Chain export(String name, Path store) throws IOException, GeneralSecurityException {
    char[] password = PASSWORD.toCharArray();
    KeyStore keys = KeyStore.getInstance(store.toFile(), password);
    Certificate authority = keys.getCertificate(AUTHORITY);
    Certificate server = keys.getCertificate(SERVER);
    return new Chain(
        pem(name + ".crt", "CERTIFICATE", server.getEncoded(), authority.getEncoded()),
        pem(name + ".key", "PRIVATE KEY", keys.getKey(SERVER, password).getEncoded()),
        pem(name + "-ca.crt", "CERTIFICATE", authority.getEncoded()));
  }

  private Path pem(String file, String type, byte[]... blocks) throws IOException {
    StringBuilder pem = new StringBuilder();
    for (byte[] der : blocks) {
      String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
      pem.append("-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, base64, type));
    }
    return Files.writeString(directory.resolve(file), pem);
  }
}
