package dev.penstock.tunnel.connection;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPairCheckTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path directory;

  private record Pair(Path certificate, Path key) {}

  @ParameterizedTest
  @ValueSource(strings = {"-keyalg RSA", "-keyalg EC -groupname secp384r1", "-keyalg Ed25519"})
  void keyOfItsCertificate_isAccepted(String kind) throws Exception {
    Pair pair = pair("one", kind);
    assertThatCode(() -> KeyPairCheck.check(pair.certificate(), pair.key()))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "-keyalg RSA -keysize 2048, -keyalg RSA -keysize 3072",
    "-keyalg EC -groupname secp256r1, -keyalg EC -groupname secp256r1",
    "-keyalg EC -groupname secp256r1, -keyalg EC -groupname secp521r1",
    "-keyalg Ed25519, -keyalg Ed25519",
    "-keyalg EC -groupname secp256r1, -keyalg RSA"
  })
  void keyOfAnotherCertificate_isRefusedAndBothFilesAreNamed(String one, String other)
      throws Exception {
    Path certificate = pair("one", one).certificate();
    Path key = pair("other", other).key();
    assertThatThrownBy(() -> KeyPairCheck.check(certificate, key))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the key in " + key + " is not the one of")
        .hasMessageContaining("certificate in " + certificate);
  }

  @Test
  void firstCertificateOfAChain_isTheOneThatCounts() throws Exception {
    Pair first = pair("one", "-keyalg EC");
    Pair second = pair("other", "-keyalg EC");
    String certificates =
        Files.readString(first.certificate()) + Files.readString(second.certificate());
    Path chain = Files.writeString(directory.resolve("chain.pem"), certificates);
    assertThatCode(() -> KeyPairCheck.check(chain, first.key())).doesNotThrowAnyException();
    assertThatThrownBy(() -> KeyPairCheck.check(chain, second.key()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void whatCannotBeRead_isLeftToTheEngine() throws Exception {
    Pair pair = pair("one", "-keyalg EC");
    Path garbage = Files.writeString(directory.resolve("garbage.pem"), "no PEM");
    Path absent = directory.resolve("absent.pem");
    for (Path file : List.of(garbage, absent)) {
      assertThatCode(() -> KeyPairCheck.check(file, pair.key())).doesNotThrowAnyException();
      assertThatCode(() -> KeyPairCheck.check(pair.certificate(), file)).doesNotThrowAnyException();
    }
  }

  @Test
  void bothWaysToUseFiles_refuseAWrongPairAtOnce() throws Exception {
    Path certificate = pair("one", "-keyalg EC").certificate();
    Path key = pair("other", "-keyalg EC").key();
    assertThatThrownBy(() -> TlsFiles.presenting(certificate, key))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the key in " + key);
    assertThatThrownBy(() -> TlsFiles.dialling(new ClientTls(null, certificate, key)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the key in " + key);
  }

  private Pair pair(String name, String kind)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path store = directory.resolve(name + ".p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", "k", "-dname", "CN=" + name));
    command.addAll(List.of(kind.split(" ")));
    command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString()));
    command.addAll(List.of("-storepass", PASSWORD));
    run(command);
    char[] password = PASSWORD.toCharArray();
    KeyStore keys = KeyStore.getInstance(store.toFile(), password);
    return new Pair(
        pem(name + ".crt", "CERTIFICATE", keys.getCertificate("k").getEncoded()),
        pem(name + ".key", "PRIVATE KEY", keys.getKey("k", password).getEncoded()));
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    Path log = directory.resolve("keytool.log");
    Process keytool =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException(Files.readString(log));
      }
    } finally {
      keytool.destroyForcibly();
    }
  }

  private Path pem(String file, String label, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        directory.resolve(file),
        "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(label, body));
  }
}
