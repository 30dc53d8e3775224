package dev.penstock.client.doctor.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Visits;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against fake peers on loopback that answer as a server does, or a hop in its place. */
@Timeout(60)
final class HttpAndUpgradeLayerTest {
  @Test
  void healthyPath_passes_andTheTokenIsShownToTheServerAlone() throws Exception {
    try (FakePeer peer = FakePeer.answering(HttpAndUpgradeLayerTest::healthy)) {
      Visit visit = visit(peer);
      assertThat(Visits.examine(visit, new HttpLayer()))
          .singleElement()
          .satisfies(
              line -> {
                assertThat(line.verdict()).isEqualTo(Verdict.PASS);
                assertThat(line.seen()).contains("server itself", "1.2.3");
              });
      assertThat(Visits.examine(visit, new UpgradeLayer()))
          .extracting(Line::verdict)
          .containsExactly(Verdict.PASS);
      assertThat(visit.blockedBy()).isEmpty();
      assertThat(peer.heads()).hasSize(2);
      assertThat(peer.heads().get(0)).doesNotContain(Visits.TOKEN);
      assertThat(peer.heads().get(1))
          .startsWith("GET /tunnel/v1/acme HTTP/1.1")
          .contains("Bearer " + Visits.TOKEN);
    }
  }

  @Test
  void hops_areToldFromWhatArrived() throws Exception {
    Function<String, String> behindNginx =
        head -> healthy(head.replace("\r\n\r\n", "\r\nX-Real-IP: 203.0.113.9\r\n\r\n"));
    try (FakePeer peer = FakePeer.answering(behindNginx)) {
      List<Line> lines =
          Visits.examine(visit(peer), new HttpLayer(), new UpgradeLayer(), new HopsLayer());
      assertThat(lines).extracting(Line::verdict).containsOnly(Verdict.PASS);
      assertThat(lines.get(0).seen()).contains("nginx, by the look of it", "X-Real-IP");
      assertThat(lines.get(1).seen()).contains("HTTP/1.1 from 127.0.0.1:9", "without TLS");
    }
  }

  @Test
  void hopThatDropsTheUpgrade_isNamed_andBlocksWhatIsAbove() throws Exception {
    Function<String, String> dropping =
        head ->
            FakeAnswers.ofServer(
                426,
                head.replaceAll("(?m)^(Upgrade|Connection): .*\r\n", "")
                    .replace("\r\n\r\n", "\r\nVia: 1.1 gw (squid/5.7)\r\n\r\n"));
    try (FakePeer peer = FakePeer.answering(dropping)) {
      Visit visit = visit(peer);
      Diagnosis found = failure(visit);
      assertThat(found.cause()).isEqualTo(Cause.UPGRADE_DROPPED);
      assertThat(found.hop()).contains("squid");
      assertThat(visit.blockedBy()).contains("upgrade");
      assertThat(visit.path().marks().hops()).hasSize(1);
    }
  }

  @Test
  void loginPage_neverSeesTheToken() throws Exception {
    try (FakePeer peer =
        FakePeer.answering(
            head -> FakeAnswers.page(200, "", "<html><title>Sign in</title></html>"))) {
      Visit visit = visit(peer);
      assertThat(Visits.examine(visit, new HttpLayer()))
          .extracting(Line::verdict)
          .containsExactly(Verdict.WARN);
      assertThat(failure(visit).cause()).isEqualTo(Cause.LOGIN_PAGE);
      assertThat(peer.heads()).hasSizeGreaterThan(1).noneMatch(head -> head.contains(Visits.TOKEN));
    }
  }

  @Test
  void strangerThatSwitchesProtocols_isNoServer_andNeverSeesTheToken() throws Exception {
    String switched =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    try (FakePeer peer = FakePeer.answering(head -> switched)) {
      Visit visit = visit(peer);
      assertThat(Visits.examine(visit, new HttpLayer()))
          .extracting(Line::verdict)
          .containsExactly(Verdict.WARN);
      Diagnosis found = failure(visit);
      assertThat(found.cause()).isEqualTo(Cause.ANSWERED_BY_HOP);
      assertThat(found.evidence()).contains("101 in the server's place");
      assertThat(peer.heads()).hasSizeGreaterThan(1).noneMatch(head -> head.contains(Visits.TOKEN));
    }
  }

  @Test
  void hopThatTakesTheServersOwnHeadersAway_isNoFailure() throws Exception {
    Function<String, String> rule =
        head -> healthy(head).replaceAll("Penstock-(Server|Probe): .*\r\n", "");
    try (FakePeer peer = FakePeer.answering(rule)) {
      assertThat(Visits.examine(visit(peer), new HttpLayer(), new UpgradeLayer()))
          .extracting(Line::verdict)
          .containsExactly(Verdict.PASS);
    }
  }

  @Test
  void connectionThatIsClosedBehindThe101_isToldSo() throws Exception {
    Function<String, String> closing =
        head ->
            FakePeer.header(head, "Upgrade").isEmpty()
                ? FakeAnswers.ofServer(426, head)
                : FakePeer.THEN_CLOSE + FakeAnswers.switched(head);
    try (FakePeer peer = FakePeer.answering(closing)) {
      Diagnosis found = failure(visit(peer));
      assertThat(found.cause()).isEqualTo(Cause.FRAMES_BLOCKED);
      assertThat(found.evidence()).contains("101, and then the connection was closed");
      assertThat(found.evidence()).doesNotContain("nothing came", "MiB");
      assertThat(peer.heads()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"})
  void switchThatDoesNotAcceptOurKey_isNoWebSocket(String accept) throws Exception {
    Function<String, String> rule =
        head -> healthy(head).replaceFirst("Sec-WebSocket-Accept: .*\r\n", accept);
    try (FakePeer peer = FakePeer.answering(rule)) {
      Diagnosis found = failure(visit(peer));
      assertThat(found.cause()).isEqualTo(Cause.WEBSOCKET_HEADER_DROPPED);
      assertThat(found.evidence()).contains("Sec-WebSocket-Accept");
    }
  }

  @RepeatedTest(5)
  void peerThatSpeaksFirst_isHeard_atOnce() throws Exception {
    try (FakePeer peer = FakePeer.greeting("SSH-2.0-OpenSSH_9.2\r\n")) {
      Visit visit = visit(peer);
      Line http = Visits.examine(visit, new HttpLayer()).get(0);
      assertThat(Objects.requireNonNull(http.diagnosis()).cause()).isEqualTo(Cause.NOT_HTTP);
      assertThat(http.seen()).contains("'SSH-2.0-OpenSSH_9.2'");
      assertThat(http.took()).isLessThan(Visits.BOUND);
      assertThat(failure(visit).cause()).isEqualTo(Cause.NOT_HTTP);
    }
  }

  @ParameterizedTest
  @MethodSource("oddHeads")
  void answerWithOddHeaders_isStillRead(String headers) throws Exception {
    String answer =
        "HTTP/1.1 302 Found\r\nServer: nginx\r\nLocation: https://sso.example.com/adfs/ls\r\n";
    try (FakePeer peer = FakePeer.answering(head -> answer + headers + "\r\n")) {
      Diagnosis found = failure(visit(peer));
      assertThat(found.cause()).isEqualTo(Cause.LOGIN_PAGE);
      assertThat(found.hop()).startsWith("nginx");
      assertThat(found.evidence()).contains("302", "sso.example.com");
    }
  }

  static Stream<String> oddHeads() {
    return Stream.of(
        "Set-Cookie: a=" + "x".repeat(12_000) + "\r\nContent-Length: 0\r\n",
        "X-Odd: a\u0001b\r\nContent-Length: 0\r\n",
        "Content-Length: 0\r\nContent-Length: 5\r\n");
  }

  @Test
  void answerWithEndlessHeaders_isKnownByWhatCameBefore() throws Exception {
    String answer = "HTTP/1.1 503 Busy\r\nServer: nginx\r\nX-One: 1\r\nX-Two: ";
    try (FakePeer peer = FakePeer.answering(head -> answer + "x".repeat(100_000))) {
      Diagnosis found = failure(visit(peer));
      assertThat(found.cause()).isEqualTo(Cause.BAD_GATEWAY);
      assertThat(found.hop()).startsWith("nginx");
      assertThat(found.evidence()).contains("503", "larger than 64 KiB");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nX-Endless: ",
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n",
      })
  void answerWithoutAnEnd_isNoSilence(String begun) throws Exception {
    try (FakePeer peer = FakePeer.answering(head -> begun)) {
      Diagnosis found = failure(visit(peer));
      assertThat(found.cause()).isEqualTo(Cause.ANSWERED_BY_HOP);
      assertThat(found.evidence()).contains("3 s", begun.lines().findFirst().orElseThrow());
      assertThat(found.evidence()).doesNotContain("nothing came");
    }
  }

  @Test
  void connectionThatEndsWithoutAnAnswer_isNoSilence_andMayWantTls() throws Exception {
    try (FakePeer peer = FakePeer.answering(head -> FakePeer.THEN_CLOSE)) {
      Diagnosis found = failure(visit(peer));
      assertThat(found.cause()).isEqualTo(Cause.CONNECTION_CLOSED);
      assertThat(found.hop()).contains("127.0.0.1:" + peer.port()).doesNotContain("silent");
      assertThat(found.remedy()).contains("server: wss://127.0.0.1").doesNotContain("silent");
    }
  }

  @Test
  void hopThatPassesUpgradesAlone_isNoFailure_andTheServerIsThenShownTheToken() throws Exception {
    Function<String, String> rule =
        head -> {
          if (FakePeer.header(head, "Upgrade").isEmpty()) {
            return FakeAnswers.page(404, "Server: nginx\r\n", "<html></html>");
          }
          return head.contains(Visits.TOKEN) ? healthy(head) : FakeAnswers.ofServer(401, head);
        };
    try (FakePeer peer = FakePeer.answering(rule)) {
      Visit visit = visit(peer);
      assertThat(Visits.examine(visit, new HttpLayer(), new UpgradeLayer()))
          .extracting(Line::verdict)
          .containsExactly(Verdict.PASS);
      assertThat(peer.heads()).hasSize(3);
    }
  }

  @Test
  void hopThatSwallowsFrames_isFound_inBoundedTime() throws Exception {
    Function<String, String> swallowing =
        head ->
            FakePeer.header(head, "Upgrade").isEmpty()
                ? FakeAnswers.ofServer(426, head)
                : FakeAnswers.switched(head);
    try (FakePeer peer = FakePeer.answering(swallowing)) {
      assertThat(failure(visit(peer)).cause()).isEqualTo(Cause.FRAMES_BLOCKED);
    }
  }

  @Test
  void silence_isNobody_inBoundedTime() throws Exception {
    try (FakePeer peer = FakePeer.answering(head -> "")) {
      Visit visit = visit(peer);
      assertThat(Visits.examine(visit, new HttpLayer()))
          .singleElement()
          .satisfies(
              line -> {
                assertThat(Objects.requireNonNull(line.diagnosis()).cause())
                    .isEqualTo(Cause.NOBODY_ANSWERS);
                assertThat(line.took()).isLessThan(Visits.BOUND.multipliedBy(2));
              });
    }
  }

  @Test
  void http2Port_isFound() throws Exception {
    try (FakePeer peer = FakePeer.answering(head -> "\0\0\u0006\u0004\0\0\0\0\0\0\u0003\0\0\0d")) {
      assertThat(failure(visit(peer)).cause()).isEqualTo(Cause.HTTP2_ONLY);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n", "HTT"})
  void otherProtocol_isFound_evenIfItSaysLittle(String banner) throws Exception {
    try (FakePeer peer = FakePeer.answering(head -> FakePeer.THEN_CLOSE + banner)) {
      assertThat(failure(visit(peer)).cause()).isIn(Cause.NOT_HTTP, Cause.CONNECTION_CLOSED);
    }
  }

  @Test
  void bodyWithoutAnEnd_isReadAsFarAsNeeded() throws Exception {
    try (FakePeer peer =
        FakePeer.answering(
            head -> "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n\r\n" + "x".repeat(200_000))) {
      assertThat(failure(visit(peer)).cause()).isEqualTo(Cause.BAD_GATEWAY);
    }
  }

  @Test
  void serverThatKnowsNoProbes_isAWarning() throws Exception {
    try (FakePeer peer = FakePeer.answering(head -> FakeAnswers.ofServer(400, head))) {
      assertThat(Visits.examine(visit(peer), new HttpLayer(), new UpgradeLayer()))
          .extracting(Line::verdict)
          .containsExactly(Verdict.WARN);
    }
  }

  private static Diagnosis failure(Visit visit) throws InterruptedException {
    List<Line> lines = Visits.examine(visit, new HttpLayer(), new UpgradeLayer());
    assertThat(lines).extracting(Line::verdict).containsExactly(Verdict.FAIL);
    assertThat(lines.toString()).doesNotContain(Visits.TOKEN);
    return Objects.requireNonNull(lines.get(0).diagnosis());
  }

  private static Visit visit(FakePeer peer) {
    return Visits.of("ws://127.0.0.1:" + peer.port());
  }

  private static String healthy(String head) {
    return FakePeer.header(head, "Upgrade").isEmpty()
        ? FakeAnswers.ofServer(426, head)
        : FakeAnswers.switched(head, "arrived " + FakeAnswers.arrived(head));
  }
}
