package dev.penstock.tunnel.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake of the specification, from the side that may send anything. */
class SessionAcceptorTest {
  private static final int FRAME_HEADER_BYTES = 2;

  private final AcceptorFixture fixture = new AcceptorFixture();
  private final List<Socket> kept = new ArrayList<>();

  SessionAcceptorTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    for (Socket socket : kept) {
      socket.close();
    }
    fixture.close();
  }

  @Test
  void goodRequest_attachesAndIsToldIdAndLimits() throws Exception {
    String answer = ask("/tunnel/v1/acme", Map.of());
    assertThat(answer)
        .startsWith("HTTP/1.1 101 ")
        .contains("Penstock-Received: 0\r\n")
        .contains("Penstock-Replay-Window: 2097152\r\n")
        .contains("Penstock-Max-Message: 65536\r\n")
        .contains("Penstock-Heartbeat: 7000\r\n");
    Attachment attachment = fixture.nextAttachment();
    assertThat(attachment.tunnelId()).isEqualTo("acme");
    assertThat(attachment.instance()).isEqualTo("one");
    assertThat(answer).contains("Penstock-Session: " + attachment.session().id().value());
  }

  @Test
  void limits_thatAreAskedForAreInForceWhereTheyAreSmaller() throws Exception {
    String answer =
        ask(
            "/tunnel/v1/acme",
            Map.of("Penstock-Heartbeat", "2500", "Penstock-Max-Message", "1048576"));
    assertThat(answer)
        .startsWith("HTTP/1.1 101 ")
        .contains("Penstock-Heartbeat: 2500\r\n", "Penstock-Max-Message: 65536\r\n");
    assertThat(fixture.nextAttachment().session().limits())
        .isEqualTo(new SessionLimits(2 * 1024 * 1024, 64 * 1024, Duration.ofMillis(2500)));
  }

  @Test
  void limits_ofASessionStayWhenItGoesOn() throws Exception {
    Socket first = new Socket();
    kept.add(first);
    String id = sessionIn(ask(first, "/tunnel/v1/acme", Map.of("Penstock-Max-Message", "2048")));
    fixture.nextAttachment();
    assertThat(
            ask(
                "/tunnel/v1/acme",
                Map.of(
                    "Penstock-Session",
                    id,
                    "Penstock-Received",
                    "0",
                    "Penstock-Max-Message",
                    "4096")))
        .contains("Penstock-Session: " + id, "Penstock-Max-Message: 2048\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "Penstock-Heartbeat, 999",
    "Penstock-Heartbeat, 300001",
    "Penstock-Heartbeat, 20s",
    "Penstock-Heartbeat, -5000",
    "Penstock-Heartbeat, 99999999999999999999",
    "Penstock-Max-Message, 1023",
    "Penstock-Max-Message, 1048577",
    "Penstock-Max-Message, 4294968320",
    "Penstock-Max-Message, 1e4",
  })
  void limits_thatMakeNoSenseAre400(String header, String value) throws Exception {
    JsonObject body = refusal(400, "/tunnel/v1/acme", Map.of(header, value));
    assertThat(body.get("error").getAsString()).contains("limits asked for make no sense");
    assertThat(body.get("hint").getAsString()).contains("Penstock-Heartbeat");
    assertThat(fixture.attached).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/tunnel/v1/", "/tunnel/v2/acme", "/tunnel/v1/ACME", "/tunnel/v1/a/../b"})
  void unknownPath_is404(String path) throws Exception {
    JsonObject body = refusal(404, path, Map.of());
    assertThat(body.get("error").getAsString()).isEqualTo("no such path");
    assertThat(body.get("hint").getAsString()).contains("/tunnel/v1/{tunnel-id}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b"})
  void instance_thatIsNoneIs400(String instance) throws Exception {
    JsonObject body = refusal(400, "/tunnel/v1/acme", Map.of("Penstock-Instance", instance));
    assertThat(body.get("error").getAsString()).contains("Penstock-Instance");
  }

  @ParameterizedTest
  @CsvSource({
    "'', no bearer token",
    "Basic aHVzaA==, no bearer token",
    "Bearer, no bearer token",
    "Bearer wrong, unknown token",
  })
  void token_thatIsNoneIs401(String authorization, String error) throws Exception {
    String answer = ask("/tunnel/v1/acme", Map.of("Authorization", authorization));
    assertThat(answer)
        .startsWith("HTTP/1.1 401 ")
        .contains("WWW-Authenticate: Bearer realm=\"penstock\"\r\n")
        .contains("\"error\":\"" + error + "\"");
    assertThat(fixture.attached).isEmpty();
  }

  @Test
  void token_ofAnotherTunnelIs403() throws Exception {
    String bearer = "Bearer " + AcceptorFixture.OTHER_TOKEN;
    JsonObject body = refusal(403, "/tunnel/v1/acme", Map.of("Authorization", bearer));
    assertThat(body.get("error").getAsString()).isEqualTo("this token is not for tunnel 'acme'");
    assertThat(body.toString()).doesNotContain("hush");
    assertThat(fixture.attached).isEmpty();
  }

  @Test
  void session_goesOnForWhoKnowsItsIdAndToken() throws Exception {
    String id = sessionIn(attach());
    Session session = fixture.nextAttachment().session();
    String answer =
        ask("/tunnel/v1/acme", Map.of("Penstock-Session", id, "Penstock-Received", "0"));
    assertThat(answer).startsWith("HTTP/1.1 101 ").contains("Penstock-Received: 0\r\n");
    assertThat(sessionIn(answer)).isEqualTo(id);
    assertThat(session.resumes()).isEqualTo(1);
    assertThat(fixture.attached).isEmpty();
  }

  @Test
  void session_thatIsNotKnownIsFollowedByAFreshOne() throws Exception {
    String unknown = SessionId.random().value();
    String answer =
        ask("/tunnel/v1/acme", Map.of("Penstock-Session", unknown, "Penstock-Received", "5"));
    assertThat(answer).startsWith("HTTP/1.1 101 ").contains("Penstock-Received: 0\r\n");
    assertThat(sessionIn(answer))
        .isNotEqualTo(unknown)
        .isEqualTo(fixture.nextAttachment().session().id().value());
  }

  @ParameterizedTest
  @CsvSource({
    "/tunnel/v1/other, Bearer " + AcceptorFixture.TOKEN,
    "/tunnel/v1/acme, Bearer " + AcceptorFixture.SECOND_TOKEN,
  })
  void session_isNotGivenToAnotherTunnelOrToken(String path, String authorization)
      throws Exception {
    String id = sessionIn(attach());
    Session session = fixture.nextAttachment().session();
    Map<String, String> resume =
        Map.of("Penstock-Session", id, "Penstock-Received", "0", "Authorization", authorization);
    assertThat(sessionIn(ask(path, resume))).isNotEqualTo(id);
    assertThat(fixture.nextAttachment().session()).isNotSameAs(session);
    assertThat(session.resumes()).isZero();
  }

  @Test
  void session_whosePeerClaimsWhatCannotBeEnds() throws Exception {
    String id = sessionIn(attach());
    Session session = fixture.nextAttachment().session();
    String answer =
        ask("/tunnel/v1/acme", Map.of("Penstock-Session", id, "Penstock-Received", "1"));
    assertThat(session.closed())
        .succeedsWithin(AcceptorFixture.PATIENCE)
        .extracting(SessionClosed::cause)
        .isEqualTo(CloseCause.PROTOCOL_ERROR);
    assertThat(sessionIn(answer)).isNotEqualTo(id);
  }

  @Test
  void resume_thatWasHeldBackForLongIsRefusedAndHarmsNobody() throws Exception {
    try (Socket client = new Socket()) {
      String id = sessionIn(ask(client, "/tunnel/v1/acme", Map.of()));
      Session session = fixture.nextAttachment().session();
      session.eventLoop().execute(() -> sendTenBytes(session));
      assertThat(client.getInputStream().readNBytes(FRAME_HEADER_BYTES + 10)).hasSize(12);
      client.getOutputStream().write(maskedText("ack 10"));
      awaitAcknowledged(session);
      Map<String, String> resume = Map.of("Penstock-Session", id, "Penstock-Received", "0");
      assertThat(ask("/tunnel/v1/acme", resume))
          .startsWith("HTTP/1.1 409 ")
          .contains("the session has gone on");
      assertThat(session.isConnected()).isTrue();
      assertThat(session.closed()).isNotDone();
    }
  }

  private static void sendTenBytes(Session session) {
    session.send(session.allocate(10).writeZero(10));
    session.flush();
  }

  /** Under a masking key of zeros, which changes nothing. */
  private static byte[] maskedText(String text) {
    byte[] frame = new byte[6 + text.length()];
    frame[0] = (byte) 0x81;
    frame[1] = (byte) (0x80 | text.length());
    System.arraycopy(text.getBytes(UTF_8), 0, frame, 6, text.length());
    return frame;
  }

  /** An acknowledgement has no event of its own. */
  private static void awaitAcknowledged(Session session) {
    long deadline = System.nanoTime() + AcceptorFixture.PATIENCE.toNanos();
    while (session.sentBytes() == 0 || session.unacknowledgedBytes() > 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @CsvSource({"short, 0", "0123456789abcdef0123, -1", "0123456789abcdef0123, ''"})
  void resume_thatMakesNoSenseIs400(String session, String received) throws Exception {
    Map<String, String> resume = Map.of("Penstock-Session", session, "Penstock-Received", received);
    JsonObject body = refusal(400, "/tunnel/v1/acme", resume);
    assertThat(body.get("error").getAsString()).contains("Penstock-Session", "make no sense");
  }

  @Test
  void drainingAcceptor_resumesAndBeginsNothing() throws Exception {
    String id = sessionIn(attach());
    fixture.nextAttachment();
    fixture.acceptor.drain();
    assertThat(ask("/tunnel/v1/acme", Map.of()))
        .startsWith("HTTP/1.1 503 ")
        .contains("Retry-After: 1\r\n", "the server is shutting down");
    assertThat(ask("/healthz", Map.of())).startsWith("HTTP/1.1 503 ").contains("draining");
    Map<String, String> resume = Map.of("Penstock-Session", id, "Penstock-Received", "0");
    assertThat(sessionIn(ask("/tunnel/v1/acme", resume))).isEqualTo(id);
  }

  @Test
  void tunnelId_hasABoundOfSessions() throws Exception {
    for (int i = 0; i < SessionTable.MAX_SESSIONS_PER_TUNNEL; i++) {
      assertThat(attach()).startsWith("HTTP/1.1 101 ");
    }
    assertThat(ask("/tunnel/v1/acme", Map.of()))
        .startsWith("HTTP/1.1 429 ")
        .contains("Retry-After: 10\r\n", "256 tunnels are there under 'acme'");
    assertThat(ask("/tunnel/v1/other", Map.of())).startsWith("HTTP/1.1 101 ");
  }

  @Test
  void session_fromWhichNothingCame_endsWithItsConnection() throws Exception {
    String id = sessionIn(ask("/tunnel/v1/acme", Map.of()));
    Session session = fixture.nextAttachment().session();
    assertThat(session.closed())
        .succeedsWithin(AcceptorFixture.PATIENCE.dividedBy(2))
        .extracting(SessionClosed::cause)
        .isEqualTo(CloseCause.CONNECTION_LOST);
    String answer =
        ask("/tunnel/v1/acme", Map.of("Penstock-Session", id, "Penstock-Received", "0"));
    assertThat(sessionIn(answer)).as("it is not known any more").isNotEqualTo(id);
  }

  /** Attaches, and stays: what goes without having sent anything is forgotten. */
  private String attach() throws IOException {
    Socket socket = new Socket();
    kept.add(socket);
    return ask(socket, "/tunnel/v1/acme", Map.of());
  }

  private static String sessionIn(String answer) {
    return answer.replaceAll("(?s).*Penstock-Session: ([^\r]*)\r.*", "$1");
  }

  private JsonObject refusal(int status, String path, Map<String, String> headers)
      throws IOException {
    String answer = ask(path, headers);
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    return JsonParser.parseString(answer.substring(answer.indexOf("\r\n\r\n"))).getAsJsonObject();
  }

  /** Sends an upgrade with some headers replaced, or left out when empty; reads head and body. */
  private String ask(String path, Map<String, String> changed) throws IOException {
    try (Socket socket = new Socket()) {
      return ask(socket, path, changed);
    }
  }

  private String ask(Socket socket, String path, Map<String, String> changed) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", "localhost");
    headers.put("Upgrade", "websocket");
    headers.put("Connection", "Upgrade");
    headers.put("Sec-WebSocket-Version", "13");
    headers.put("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    headers.put("Sec-WebSocket-Protocol", "penstock.v1");
    headers.put("Authorization", "Bearer " + AcceptorFixture.TOKEN);
    headers.put("Penstock-Instance", "one");
    headers.putAll(changed);
    headers.values().removeIf(String::isEmpty);
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
    socket.connect(fixture.acceptor.address());
    socket.setSoTimeout((int) AcceptorFixture.PATIENCE.toMillis());
    socket.getOutputStream().write(request.append("\r\n").toString().getBytes(UTF_8));
    StringBuilder answer = new StringBuilder();
    int octet = socket.getInputStream().read();
    while (octet >= 0 && !isSwitched(answer)) {
      answer.append((char) octet);
      octet = isSwitched(answer) ? -1 : socket.getInputStream().read();
    }
    return answer.toString();
  }

  private static boolean isSwitched(StringBuilder answer) {
    return answer.indexOf("HTTP/1.1 101 ") == 0 && answer.indexOf("\r\n\r\n") > 0;
  }
}
