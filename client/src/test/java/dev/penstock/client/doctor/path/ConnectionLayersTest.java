package dev.penstock.client.doctor.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Visits;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names, TCP and proxies, on loopback. */
@Timeout(60)
final class ConnectionLayersTest {
  @Test
  void name_isLookedUp_inBothFamilies() throws Exception {
    Visit visit = Visits.of("ws://localhost:1");
    List<Line> lines = Visits.examine(visit, new NamesLayer());
    assertThat(lines).extracting(Line::verdict).containsExactly(Verdict.PASS);
    assertThat(lines.get(0).seen()).contains("127.0.0.1");
    assertThat(visit.path().addresses()).isNotEmpty();
  }

  @Test
  void unknownName_fails_andBlocks() throws Exception {
    Visit visit = Visits.of("ws://nobody.invalid:1");
    assertThat(Visits.examine(visit, new NamesLayer()))
        .extracting(Line::verdict)
        .containsExactly(Verdict.FAIL);
    assertThat(visit.blockedBy()).contains("names");
  }

  @Test
  void proxysName_isLookedUpInPlaceOfTheServers() throws Exception {
    Visit visit = Visits.of(proxied("http://127.0.0.1:3128"));
    assertThat(Visits.examine(visit, new NamesLayer()).get(0).seen())
        .startsWith("the proxy")
        .contains("nobody.invalid");
  }

  @Test
  void eachAddress_isTried_andOneThatWorksIsEnough() throws Exception {
    try (FakePeer peer = FakePeer.answering(head -> "")) {
      Visit visit = Visits.of("ws://127.0.0.1:" + peer.port());
      visit.path().found(List.of(loopback(1), loopback(2)));
      List<Line> lines = Visits.examine(visit, new TcpLayer());
      assertThat(lines).extracting(Line::verdict).containsExactly(Verdict.PASS, Verdict.WARN);
      assertThat(lines.get(1).subject()).isEqualTo("127.0.0.2:" + peer.port());
      assertThat(visit.blockedBy()).isEmpty();
    }
  }

  @Test
  void refusedConnection_fails() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, loopback(1))) {
      free = socket.getLocalPort();
    }
    Visit visit = Visits.of("ws://127.0.0.1:" + free);
    assertThat(Visits.examine(visit, new NamesLayer(), new TcpLayer()))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.verdict()).isEqualTo(Verdict.FAIL);
              assertThat(line.seen()).containsIgnoringCase("refused").doesNotContain("(..)", "(-");
              assertThat(line.advice()).contains("firewalls");
            });
    assertThat(visit.blockedBy()).contains("tcp");
  }

  @Test
  void noProxy_isSkipped() throws Exception {
    assertThat(Visits.examine(Visits.of("ws://127.0.0.1:1"), new ProxyLayer()))
        .extracting(Line::verdict)
        .containsExactly(Verdict.SKIP);
  }

  @Test
  void proxyThatConnects_isNamed_andGotTheCredentials() throws Exception {
    try (FakePeer proxy =
        FakePeer.answering(
            head -> "HTTP/1.1 200 Connection established\r\nVia: 1.1 p (squid/5.7)\r\n\r\n")) {
      Visit visit = Visits.of(config("http://ann@127.0.0.1:" + proxy.port(), "hush-hush"));
      List<Line> lines = Visits.examine(visit, new ProxyLayer());
      assertThat(lines).extracting(Line::verdict).containsExactly(Verdict.PASS);
      assertThat(lines.get(0).seen()).contains("nobody.invalid:443", "squid");
      assertThat(proxy.heads().get(0))
          .startsWith("CONNECT nobody.invalid:443 HTTP/1.1")
          .contains("Proxy-Authorization: Basic YW5uOmh1c2gtaHVzaA==");
      assertThat(lines.toString()).doesNotContain("hush", "YW5u");
    }
  }

  @Test
  void proxyThatWantsAPassword_isToldSo() throws Exception {
    try (FakePeer proxy =
        FakePeer.answering(
            head ->
                FakeAnswers.page(
                    407, "Proxy-Authenticate: Basic realm=\"corp\"\r\n", "<html></html>"))) {
      assertThat(proxyFailure(proxy).cause()).isEqualTo(Cause.PROXY_407);
    }
  }

  @Test
  void proxyThatRefuses_isFound() throws Exception {
    try (FakePeer proxy =
        FakePeer.answering(
            head -> FakeAnswers.page(403, "Server: squid/5.7\r\n", "<html>no</html>"))) {
      assertThat(proxyFailure(proxy).cause()).isEqualTo(Cause.PROXY_REFUSED);
    }
  }

  @Test
  void proxyThatKeepsSilent_isBounded() throws Exception {
    try (FakePeer proxy = FakePeer.answering(head -> "")) {
      Diagnosis found = proxyFailure(proxy);
      assertThat(found.cause()).isEqualTo(Cause.NOBODY_ANSWERS);
      blamesTheProxy(found, proxy);
    }
  }

  @Test
  void proxyThatIsNone_isBlamedItself() throws Exception {
    try (FakePeer proxy = FakePeer.greeting("SSH-2.0-OpenSSH_9.2\r\n")) {
      Diagnosis found = proxyFailure(proxy);
      assertThat(found.cause()).isEqualTo(Cause.NOT_HTTP);
      blamesTheProxy(found, proxy);
    }
  }

  @Test
  void proxyThatEndsTheConnection_isBlamedItself() throws Exception {
    try (FakePeer proxy = FakePeer.answering(head -> FakePeer.THEN_CLOSE)) {
      Diagnosis found = proxyFailure(proxy);
      assertThat(found.cause()).isEqualTo(Cause.CONNECTION_CLOSED);
      blamesTheProxy(found, proxy);
    }
  }

  private static void blamesTheProxy(Diagnosis found, FakePeer proxy) {
    assertThat(found.hop())
        .contains("the proxy 127.0.0.1:" + proxy.port())
        .doesNotContain("nobody.invalid");
    assertThat(found.remedy()).contains("\"proxy\"").doesNotContain("\"server\"", "wss://");
  }

  private static Diagnosis proxyFailure(FakePeer proxy) throws InterruptedException {
    Visit visit = Visits.of(proxied("http://127.0.0.1:" + proxy.port()));
    List<Line> lines = Visits.examine(visit, new ProxyLayer());
    assertThat(lines).extracting(Line::verdict).containsExactly(Verdict.FAIL);
    assertThat(visit.blockedBy()).contains("proxy");
    return Objects.requireNonNull(lines.get(0).diagnosis());
  }

  private static InetAddress loopback(int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
  }

  private static ClientConfig.Builder proxied(String proxy) {
    return config(proxy, null);
  }

  private static ClientConfig.Builder config(String proxy, @Nullable String password) {
    ClientConfig.Builder config = Visits.config("wss://nobody.invalid");
    config.network().proxy(proxy);
    if (password != null) {
      config.network().proxyPassword(Secret.of(password));
    }
    return config;
  }
}
