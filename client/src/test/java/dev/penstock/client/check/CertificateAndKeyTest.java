package dev.penstock.client.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.connection.ClientTls;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With keys that keytool makes for the test. */
@Timeout(120)
final class CertificateAndKeyTest {
  private static final String PASSWORD = "changeit";
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void pair_isWell(String algorithm) throws Exception {
    make("own", algorithm, "-validity", "90");
    assertThat(check("own", "own"))
        .satisfies(
            finding -> {
              assertThat(finding.outcome()).isEqualTo(Outcome.OK);
              assertThat(finding.seen()).contains("has its key");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC"})
  void keyOfAnother_isTold(String algorithm) throws Exception {
    make("own", "EC", "-validity", "90");
    make("other", algorithm, "-validity", "90");
    Finding finding = check("own", "other");
    assertThat(finding.outcome()).isEqualTo(Outcome.MISCONFIGURED);
    assertThat(finding.seen()).contains("other.key is not that of").contains("own.pem");
  }

  @Test
  void expiredCertificate_isTold_andOneThatIsAboutTo() throws Exception {
    make("old", "EC", "-validity", "1", "-startdate", "-3d");
    assertThat(check("old", "old"))
        .satisfies(
            finding -> {
              assertThat(finding.outcome()).isEqualTo(Outcome.MISCONFIGURED);
              assertThat(finding.seen()).contains("and not now");
            });
    make("soon", "EC", "-validity", "5");
    assertThat(check("soon", "soon").outcome()).isEqualTo(Outcome.WARNING);
  }

  @Test
  void fileWithoutKey_isNamed() throws Exception {
    make("own", "EC", "-validity", "90");
    Files.writeString(directory.resolve("own.key"), "nothing");
    assertThat(check("own", "own"))
        .satisfies(
            finding -> {
              assertThat(finding.outcome()).isEqualTo(Outcome.MISCONFIGURED);
              assertThat(finding.seen()).contains("own.key");
            });
  }

  private Finding check(String certificate, String key) {
    return CertificateAndKey.check(
        "files",
        new ClientTls(
            null, directory.resolve(certificate + ".pem"), directory.resolve(key + ".key")));
  }

  private void make(String name, String algorithm, String... validity) throws Exception {
    Path store = directory.resolve(name + ".p12");
    ProcessBuilder keytool =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            name,
            "-keyalg",
            algorithm,
            "-dname",
            "CN=" + name,
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD);
    keytool.command().addAll(List.of(validity));
    Process process =
        keytool
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Key key = Objects.requireNonNull(keys.getKey(name, PASSWORD.toCharArray()));
    pem(name + ".key", "PRIVATE KEY", Objects.requireNonNull(key.getEncoded()));
    pem(
        name + ".pem",
        "CERTIFICATE",
        Objects.requireNonNull(keys.getCertificate(name)).getEncoded());
  }

  private void pem(String file, String label, byte[] content) throws Exception {
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(label, Base64.getMimeEncoder().encodeToString(content)));
  }
}
