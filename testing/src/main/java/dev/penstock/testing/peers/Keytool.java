package dev.penstock.testing.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A key store in a directory, which the JDK's keytool fills. One thread at a time. */
final class Keytool {
  private static final String PASSWORD = "changeit";
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final Path directory;
  private final Path store;

  /** The directory must exist, and have no key store yet. */
  Keytool(Path directory) {
    this.directory = directory;
    this.store = directory.resolve("keys.p12");
  }

  /** Makes a key pair and its certificate, and writes both as PEM files named after the alias. */
  TestIdentity generate(String alias, String subject, List<String> more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + subject));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", store.toString()));
    command.addAll(more);
    PeerProcess.run(command, directory.resolve(alias + ".log"), BOUND);
    return written(alias);
  }

  private TestIdentity written(String alias) throws IOException {
    try {
      KeyStore opened = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Key key = opened.getKey(alias, PASSWORD.toCharArray());
      byte[] certificate = opened.getCertificate(alias).getEncoded();
      return new TestIdentity(
          pem(directory.resolve(alias + ".pem"), "CERTIFICATE", certificate),
          pem(directory.resolve(alias + ".key.pem"), "PRIVATE KEY", key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot read what keytool wrote to " + store, e);
    }
  }

  private static Path pem(Path file, String type, byte[] der) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String begin = "-----BEGIN " + type + "-----\n";
    String end = "\n-----END " + type + "-----\n";
    return Files.writeString(file, begin + lines + end, US_ASCII);
  }
}
