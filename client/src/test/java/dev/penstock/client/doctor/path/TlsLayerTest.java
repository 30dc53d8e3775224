package dev.penstock.client.doctor.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.MadeKeys;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Visits;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With certificates that keytool makes for the test. */
@Timeout(120)
final class TlsLayerTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path directory;

  @Test
  void trustedCertificate_passes_withItsNamesItsEndAndItsIssuer() throws Exception {
    KeyStore keys = make("CN=server", "ip:127.0.0.1", "90");
    try (FakePeer peer = peer(keys)) {
      Visit visit = Visits.of(config(peer, pem(keys)));
      List<Line> lines = Visits.examine(visit, new TlsLayer());
      assertThat(lines)
          .extracting(Line::verdict)
          .containsExactly(Verdict.PASS, Verdict.PASS, Verdict.PASS);
      assertThat(lines.get(0).seen()).contains("TLSv1.3");
      assertThat(lines.get(1).seen()).contains("127.0.0.1", "valid until");
      assertThat(lines.get(2).seen()).contains("CN=server", "not public");
      assertThat(visit.path().chain()).hasSize(1);
    }
  }

  @Test
  void untrustedCertificate_failsAndBlocks_andItsChainIsKept() throws Exception {
    try (FakePeer peer = peer(make("CN=server", "ip:127.0.0.1", "90"))) {
      Visit visit = Visits.of(config(peer, null));
      List<Line> lines = Visits.examine(visit, new TlsLayer());
      assertThat(lines.get(0).verdict()).isEqualTo(Verdict.FAIL);
      assertThat(lines.get(0).seen()).contains("not from a trusted authority");
      assertThat(lines.get(0).advice()).contains("'ca'");
      assertThat(visit.blockedBy()).contains("tls");
      assertThat(visit.path().chain()).hasSize(1);
      assertThat(peer.heads()).isEmpty();
    }
  }

  @Test
  void certificateForAnotherName_fails_andItsNamesAreTold() throws Exception {
    KeyStore keys = make("CN=server", "dns:other.example.com", "90");
    try (FakePeer peer = peer(keys)) {
      List<Line> lines = Visits.examine(Visits.of(config(peer, pem(keys))), new TlsLayer());
      assertThat(lines.get(0).verdict()).isEqualTo(Verdict.FAIL);
      assertThat(lines.get(0).seen()).contains("another host");
      assertThat(lines.get(0).advice()).contains("'server-name'").doesNotContain("'ca'");
      assertThat(lines.get(1).seen()).contains("other.example.com");
    }
  }

  @Test
  void expiredCertificate_isToBeRenewed_andNotToBeTrusted() throws Exception {
    MadeKeys made = new MadeKeys(directory);
    X509Certificate root = made.make("root", "CN=authority", "-ext", "bc:critical=ca:true");
    X509Certificate own = made.make("server", "CN=server");
    X509Certificate old =
        made.sign(
            "server", "root", "-ext", "san=ip:127.0.0.1", "-startdate", "-10d", "-validity", "5");
    assertThat(old.getPublicKey()).isEqualTo(own.getPublicKey());
    try (FakePeer peer = peer(made.store("server", old))) {
      List<Line> lines = Visits.examine(Visits.of(config(peer, made.pem(root))), new TlsLayer());
      assertThat(lines.get(0).verdict()).isEqualTo(Verdict.FAIL);
      assertThat(lines.get(0).advice()).contains("renewed").doesNotContain("'ca'");
    }
  }

  @Test
  void certificateThatEndsSoon_isAWarning() throws Exception {
    KeyStore keys = make("CN=server", "ip:127.0.0.1", "5");
    try (FakePeer peer = peer(keys)) {
      assertThat(Visits.examine(Visits.of(config(peer, pem(keys))), new TlsLayer()))
          .extracting(Line::verdict)
          .containsExactly(Verdict.PASS, Verdict.WARN, Verdict.PASS);
    }
  }

  @Test
  void authorityOfAnInspection_isRecognised_evenIfItIsTrusted() throws Exception {
    KeyStore keys = make("CN=Root, O=Zscaler Inc.", "ip:127.0.0.1", "90");
    try (FakePeer peer = peer(keys)) {
      List<Line> lines = Visits.examine(Visits.of(config(peer, pem(keys))), new TlsLayer());
      assertThat(lines.get(2).verdict()).isEqualTo(Verdict.WARN);
      assertThat(Objects.requireNonNull(lines.get(2).diagnosis()).cause())
          .isEqualTo(Cause.TLS_INTERCEPTED);
    }
  }

  @Test
  void peerWithoutTls_fails() throws Exception {
    try (FakePeer peer =
        FakePeer.answering(head -> FakePeer.THEN_CLOSE + "HTTP/1.1 400 Bad Request\r\n\r\n")) {
      assertThat(Visits.examine(Visits.of(config(peer, null)), new TlsLayer()))
          .extracting(Line::verdict)
          .containsExactly(Verdict.FAIL);
    }
  }

  @Test
  void plainWebSocketOnThisMachine_isSkipped_andElsewhereAWarning() throws Exception {
    assertThat(Visits.examine(Visits.of("ws://127.0.0.1:1"), new TlsLayer()))
        .extracting(Line::verdict)
        .containsExactly(Verdict.SKIP);
    assertThat(Visits.examine(Visits.of("ws://tunnel.example.com"), new TlsLayer()))
        .extracting(Line::verdict)
        .containsExactly(Verdict.WARN);
  }

  private static ClientConfig.Builder config(FakePeer peer, @Nullable Path trusted) {
    ClientConfig.Builder config = Visits.config("wss://127.0.0.1:" + peer.port());
    if (trusted != null) {
      config.network().ca(trusted);
    }
    return config;
  }

  private static FakePeer peer(KeyStore keys) throws Exception {
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    ServerSocketFactory sockets = context.getServerSocketFactory();
    return FakePeer.answering(sockets, head -> "");
  }

  private KeyStore make(String subject, String name, String days) throws Exception {
    Path store = directory.resolve("keys.p12");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", "server", "-keyalg", "EC"));
    command.addAll(List.of("-dname", subject, "-ext", "san=" + name, "-validity", days));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private Path pem(KeyStore keys) throws Exception {
    byte[] certificate = Objects.requireNonNull(keys.getCertificate("server")).getEncoded();
    String text = Base64.getMimeEncoder().encodeToString(certificate);
    return Files.writeString(
        directory.resolve("server.pem"),
        "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
  }
}
