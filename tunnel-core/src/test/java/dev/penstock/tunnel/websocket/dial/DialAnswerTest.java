package dev.penstock.tunnel.websocket.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.websocket.RawFrame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hop may answer to the upgrade, and what the reader of the log is told. */
class DialAnswerTest {
  private static final String SWITCHED =
      FakePeer.http(
          """
          HTTP/1.1 101 Switching Protocols
          Upgrade: websocket
          Connection: Upgrade
          Sec-WebSocket-Accept: %s
          X-Session: 7
          """);
  private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol: test.v1\r\n";

  private final DialFixture fixture = new DialFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void switched_opensTheWebSocketAndSendsWhatRfc6455Asks() throws Exception {
    try (FakePeer peer = FakePeer.answering(SWITCHED + SUBPROTOCOL + "\r\n")) {
      fixture.dial(uri(peer));
      assertThat(fixture.nextEvent()).isEqualTo("opened 7");
      assertThat(peer.requests.take())
          .startsWith("GET /some/path HTTP/1.1\r\n")
          .containsIgnoringCase("\r\nhost: 127.0.0.1:" + peer.port() + "\r\n")
          .containsIgnoringCase("\r\nupgrade: websocket\r\n")
          .containsIgnoringCase("\r\nconnection: upgrade\r\n")
          .containsIgnoringCase("\r\nsec-websocket-version: 13\r\n")
          .containsIgnoringCase("\r\nsec-websocket-protocol: test.v1\r\n")
          .contains("Authorization: Bearer " + DialFixture.SECRET + "\r\n");
    }
    assertThat(fixture.nextEvent()).isEqualTo("closed 1006");
  }

  @Test
  void switched_withFramesInTheSamePacketLosesNone() throws Exception {
    String frames = latin1(RawFrame.text("first")) + latin1(RawFrame.text("second"));
    try (FakePeer peer = FakePeer.answering(SWITCHED + SUBPROTOCOL + "\r\n" + frames)) {
      fixture.dial(uri(peer));
      assertThat(fixture.nextEvent()).isEqualTo("opened 7");
      assertThat(fixture.nextEvent()).isEqualTo("text first");
      assertThat(fixture.nextEvent()).isEqualTo("text second");
    }
  }

  @Test
  void switched_afterInterimAnswersIsTaken() throws Exception {
    String interim = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    try (FakePeer peer = FakePeer.answering(interim + SWITCHED + SUBPROTOCOL + "\r\n")) {
      fixture.dial(uri(peer));
      assertThat(fixture.nextEvent()).isEqualTo("opened 7");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'Sec-WebSocket-Protocol: chat', the subprotocol is chat",
    "'X-None: 1', the subprotocol is none",
    "'Sec-WebSocket-Protocol: test.v1\r\nSec-WebSocket-Extensions: permessage-deflate', permessage",
    "'Sec-WebSocket-Protocol: test.v1\r\nX-Limit: 9999', 'X-Limit is 9999; accepted are 0 to 4096'",
    "'Sec-WebSocket-Protocol: test.v1\r\nX-Limit: many', many",
  })
  void switched_toSomethingElseIsNotOpened(String headers, String told) throws Exception {
    try (FakePeer peer = FakePeer.answering(SWITCHED + headers + "\r\n\r\n")) {
      DialException failure = fixture.fail(uri(peer), DialStep.UPGRADE);
      assertThat(failure).hasMessageContaining("answered 101, but").hasMessageContaining(told);
      peer.awaitHangUp();
    }
  }

  @Test
  void switched_withAWrongAcceptValueIsNotOpened() throws Exception {
    String answer = SWITCHED.replace("%s", "d3Jvbmc=") + SUBPROTOCOL + "\r\n";
    try (FakePeer peer = FakePeer.answering(answer)) {
      assertThat(fixture.fail(uri(peer), DialStep.UPGRADE))
          .hasMessageContaining("answered 101, but")
          .hasMessageContaining("does not match");
      peer.awaitHangUp();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Upgrade: websocket\r\n", "Connection: Upgrade\r\n"})
  void switched_withoutAHeaderIsNotOpened(String header) throws Exception {
    String answer = SWITCHED.replace(header, "") + SUBPROTOCOL + "\r\n";
    try (FakePeer peer = FakePeer.answering(answer)) {
      assertThat(fixture.fail(uri(peer), DialStep.UPGRADE))
          .hasMessageContaining("answered 101, but")
          .hasMessageContaining(header.substring(0, header.indexOf(':')));
      peer.awaitHangUp();
    }
  }

  @Test
  void switched_thatIsNotOpenedIsKeptWithItsHeaders() throws Exception {
    String answer = SWITCHED.replace("%s", "d3Jvbmc=") + SUBPROTOCOL + "\r\n";
    try (FakePeer peer = FakePeer.answering(answer)) {
      DialAnswer kept = fixture.fail(uri(peer), DialStep.UPGRADE).answer().orElseThrow();
      assertThat(kept.status()).isEqualTo(101);
      assertThat(kept.headers().first("x-session")).contains("7");
    }
  }

  @Test
  void answer_ofAHopIsKeptWithTheBeginningOfItsBody() throws Exception {
    String page = "HTTP/1.1 200 Fine\r\nServer: login/1\r\nContent-Length: 20000\r\n\r\n";
    try (FakePeer peer = FakePeer.answering(page + "<html>" + "x".repeat(19_994))) {
      DialAnswer kept =
          fixture.keeping(10_000).fail(uri(peer), DialStep.UPGRADE).answer().orElseThrow();
      assertThat(kept.status()).isEqualTo(200);
      assertThat(kept.reason()).isEqualTo("Fine");
      assertThat(kept.version()).isEqualTo("HTTP/1.1");
      assertThat(kept.headers().asMap()).containsKeys("server", "content-length");
      assertThat(kept.body()).hasSize(10_000).startsWith("<html>xxx");
      assertThat(kept).hasToString("HTTP/1.1 200 Fine");
    }
  }

  @Test
  void answer_whoseBodyDoesNotEndIsKeptAsFarAsItCame() throws Exception {
    String page = "HTTP/1.0 503 Busy\r\nContent-Length: 20000\r\n\r\nonly this";
    try (FakePeer peer = FakePeer.answering(page)) {
      DialException failure = fixture.keeping(65_536).fail(uri(peer), DialStep.UPGRADE);
      assertThat(failure).hasMessageContaining("answered 503");
      assertThat(failure.answer().orElseThrow().body()).isEqualTo("only this");
      assertThat(failure.answer().orElseThrow().version()).isEqualTo("HTTP/1.0");
    }
  }

  @Test
  void answer_isKeptWithoutItsBodyUnlessThatIsWanted() throws Exception {
    String page = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 20000\r\n\r\nsome";
    try (FakePeer peer = FakePeer.answering(page)) {
      DialAnswer kept = fixture.fail(uri(peer), DialStep.UPGRADE).answer().orElseThrow();
      assertThat(kept.status()).isEqualTo(502);
      assertThat(kept.body()).isEmpty();
    }
  }

  @Test
  void switched_toAListenerWithADefectHangsUp() throws Exception {
    String answer = SWITCHED + SUBPROTOCOL + "X-Defect: 1\r\n\r\n";
    try (FakePeer peer = FakePeer.answering(answer)) {
      fixture.dial(uri(peer));
      peer.awaitHangUp();
      assertThat(fixture.events).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_isNotFollowedAndShownWithoutItsSecrets(int status) throws Exception {
    String location = "Location: https://user:hush@login.example/sso?key=hush#hush\r\n";
    try (FakePeer peer = FakePeer.answering(answer(status, location))) {
      DialException failure = fixture.fail(uri(peer), DialStep.UPGRADE);
      assertThat(failure.httpStatus()).contains(status);
      assertThat(failure).hasMessageContaining("points to https://login.example/sso;");
      peer.awaitHangUp();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, answered 400",
    "401, the token is not known there",
    "403, not for this tunnel id",
    "404, not the server's public port",
    "426, dropped the Upgrade header",
    "429, answered 429",
    "500, answered 500",
    "502, answered 502",
    "200, answered 200",
  })
  void refusal_saysStatusServerAndMeaning(int status, String told) throws Exception {
    try (FakePeer peer = FakePeer.answering(answer(status, "Server: edge/1.2\r\n"))) {
      DialException failure = fixture.fail(uri(peer), DialStep.UPGRADE);
      assertThat(failure.httpStatus()).contains(status);
      assertThat(failure.retryAfter()).isEmpty();
      assertThat(failure)
          .hasMessageContaining(uri(peer))
          .hasMessageContaining("(by edge/1.2)")
          .hasMessageContaining(told);
      peer.awaitHangUp();
    }
  }

  @Test
  void refusal_cannotForgeALogLine() throws Exception {
    String header = "Server: a\u009b2Jb" + "x".repeat(5_000) + "\r\n";
    try (FakePeer peer = FakePeer.answering(answer(500, header))) {
      String message = String.valueOf(fixture.fail(uri(peer), DialStep.UPGRADE).getMessage());
      assertThat(message).hasSizeLessThan(500).contains("a?2Jb");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void retryAfter_inSecondsIsReported(int status) throws Exception {
    try (FakePeer peer = FakePeer.answering(answer(status, "Retry-After: 17\r\n"))) {
      assertThat(fixture.fail(uri(peer), DialStep.UPGRADE).retryAfter())
          .contains(Duration.ofSeconds(17));
    }
  }

  @Test
  void retryAfter_asADateIsReportedAsTheTimeUntilThen() throws Exception {
    ZonedDateTime when = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(10);
    String header = "Retry-After: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(when) + "\r\n";
    try (FakePeer peer = FakePeer.answering(answer(503, header))) {
      assertThat(fixture.fail(uri(peer), DialStep.UPGRADE).retryAfter().orElseThrow())
          .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Sun 06 Nov 1994 08:49:37 GMT, -1",
    "'Sun, 06 Nov 1994 08:49:37 GMT', 0",
    "0, 0",
    "-5, -1",
    "soon, -1",
    "'', -1",
    "99999999999999999999999, -1",
    "9223372036854775807, 9223372036854775807",
  })
  void retryAfter_isReadOrIgnored(String value, long seconds) {
    assertThat(DialFailures.retryAfter(value))
        .isEqualTo(seconds < 0 ? null : Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "\u0000\u0001\u0002\r\n\r\n",
        "HTTP/1.1 abc nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header: \u0000\r\n\r\n",
      })
  void garbage_isNotHttp(String answer) throws Exception {
    try (FakePeer peer = FakePeer.answering(answer)) {
      assertThat(fixture.fail(uri(peer), DialStep.UPGRADE)).hasMessageContaining("not HTTP/1.1");
      peer.awaitHangUp();
    }
  }

  @Test
  void endlessAnswer_isCutOff() throws Exception {
    String header = "X-Filler: " + "x".repeat(1_000) + "\r\n";
    try (FakePeer peer = FakePeer.answering("HTTP/1.1 200 OK\r\n" + header.repeat(1_000))) {
      assertThat(fixture.fail(uri(peer), DialStep.UPGRADE)).hasMessageContaining("not HTTP/1.1");
    }
  }

  private static String answer(int status, String headers) {
    return "HTTP/1.1 " + status + " Whatever\r\n" + headers + "Content-Length: 4\r\n\r\nbody";
  }

  private static String uri(FakePeer peer) {
    return "ws://127.0.0.1:" + peer.port() + "/some/path";
  }

  private static String latin1(RawFrame frame) {
    return new String(frame.bytes(), StandardCharsets.ISO_8859_1);
  }
}
