package dev.penstock.testing.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A throw-away certificate for {@code localhost} and 127.0.0.1, made by the JDK's {@code keytool}.
 *
 * @param certificate PEM
 * @param key PEM, PKCS #8, unencrypted
 */
record TestIdentity(Path certificate, Path key) {
  private static final String PASSWORD = "only-for-this-run";
  private static final int KEYTOOL_SECONDS = 60;

  /** Makes one in {@code directory}. */
  static TestIdentity create(Path directory) throws IOException, InterruptedException {
    Path store = directory.resolve("identity.p12");
    runKeytool(store);
    try {
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Certificate certificate = keys.getCertificate("bench");
      Key key = keys.getKey("bench", PASSWORD.toCharArray());
      return new TestIdentity(
          pem(directory.resolve("cert.pem"), "CERTIFICATE", certificate.getEncoded()),
          pem(directory.resolve("key.pem"), "PRIVATE KEY", key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read what keytool wrote to " + store, e);
    }
  }

  private static void runKeytool(Path store) throws IOException, InterruptedException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                List.of(
                    keytool.toString(),
                    "-genkeypair",
                    "-alias",
                    "bench",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(keytool + " made no certificate");
    }
  }

  private static Path pem(Path file, String type, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String text = "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type);
    return Files.writeString(file, text, StandardCharsets.US_ASCII);
  }
}
