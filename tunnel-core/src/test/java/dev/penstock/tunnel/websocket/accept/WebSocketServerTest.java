package dev.penstock.tunnel.websocket.accept;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.penstock.tunnel.websocket.RawFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a socket says, it gets a clear answer and harms nobody else. */
class WebSocketServerTest {
  private static final int TEXT = 0x81;

  private final ServerFixture fixture;
  private final List<RawClient> clients = new ArrayList<>();

  WebSocketServerTest() throws IOException {
    fixture = new ServerFixture();
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    fixture.close();
  }

  @Test
  void upgrade_isAnsweredAsRfc6455Says() throws Exception {
    String head = connect().send(ServerFixture.upgrade("/ok")).readHead();
    assertThat(head)
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("\r\nupgrade: websocket\r\n")
        .containsIgnoringCase("\r\nconnection: upgrade\r\n")
        .containsIgnoringCase("\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
        .containsIgnoringCase("\r\nsec-websocket-protocol: test.v1\r\n")
        .contains("X-Session: 7");
  }

  @Test
  void frames_behindTheRequestInOnePacketAreNotLost() throws Exception {
    RawClient client = connect();
    client.send(
        join(
            ServerFixture.upgrade("/ok").getBytes(UTF_8),
            RawFrame.text("first").masked().bytes(),
            RawFrame.binary("second".getBytes(UTF_8)).masked().bytes()));
    assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    assertThat(client.readFrame()).isEqualTo(textFrame("first"));
    assertThat(client.readFrame()).isEqualTo(textFrame("second"));
  }

  @Test
  void request_mayComeByteByByte() throws Exception {
    RawClient client = connect();
    for (byte octet : ServerFixture.upgrade("/ok").getBytes(UTF_8)) {
      client.send(new byte[] {octet});
    }
    assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    assertEchoes(client);
  }

  @Test
  void upgrade_inAbsoluteFormIsTaken() throws Exception {
    RawClient client = connect();
    client.send(ServerFixture.upgrade("http://user:hush@localhost:8080/ok?key=hush"));
    assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
  }

  @ParameterizedTest
  @CsvSource({
    "Host, '', 400, header Host",
    "Upgrade, '', 426, header Upgrade: websocket",
    "Upgrade, h2c, 426, header Upgrade: websocket",
    "Connection, '', 426, header Connection: Upgrade",
    "Connection, close, 426, header Connection: Upgrade",
    "Sec-WebSocket-Version, '', 426, header Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Version, 8, 426, header Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key, '', 400, header Sec-WebSocket-Key",
    "Sec-WebSocket-Key, c2hvcnQ=, 400, header Sec-WebSocket-Key",
    "Sec-WebSocket-Key, '!!!', 400, header Sec-WebSocket-Key",
    "Sec-WebSocket-Protocol, '', 400, header Sec-WebSocket-Protocol: test.v1",
    "Sec-WebSocket-Protocol, chat, 400, header Sec-WebSocket-Protocol: test.v1",
    "Content-Length, 1, 400, no body",
    "Transfer-Encoding, chunked, 400, no body",
  })
  void improperUpgrade_isToldWhatIsMissing(String header, String value, int status, String missing)
      throws Exception {
    HttpAnswer answer = HttpAnswer.to(connect(), ServerFixture.upgrade("/ok", header, value));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.missing()).containsExactly(missing);
    assertThat(answer.json().get("hint").getAsString()).isNotBlank();
    assertThat(answer.json().get("answered_by").getAsString()).isEqualTo("penstock-server");
    assertThat(answer.head())
        .containsIgnoringCase("content-type: application/json")
        .containsIgnoringCase("cache-control: no-store");
    if (status == 426) {
      assertThat(answer.head())
          .containsIgnoringCase("upgrade: websocket")
          .containsIgnoringCase("sec-websocket-version: 13");
    }
  }

  @Test
  void arrived_listsWhatIsOfTheConnectionAndWhatHopsLeft() throws Exception {
    String request =
        """
        GET /ok HTTP/1.1
        Host: me
        Connection: close
        Via: 1.1 one
        via: 1.0 two (squid)
        CF-Ray: 8f1-AMS
        X-Forwarded-For: 203.0.113.9
        TE: trailers

        """
            .replace("\n", "\r\n");
    try (LogCapture log = new LogCapture()) {
      JsonObject arrived = HttpAnswer.to(connect(), request).json().getAsJsonObject("arrived");
      assertThat(arrived.get("tls").getAsBoolean()).isFalse();
      assertThat(arrived.get("peer").getAsString()).startsWith("/127.0.0.1:");
      assertThat(arrived.getAsJsonObject("headers"))
          .hasToString(
              "{\"CF-Ray\":\"8f1-AMS\",\"Connection\":\"close\",\"Host\":\"me\","
                  + "\"TE\":\"trailers\",\"Via\":\"1.1 one, 1.0 two (squid)\","
                  + "\"X-Forwarded-For\":\"203.0.113.9\"}");
      assertThat(arrived.getAsJsonObject("hop_by_hop"))
          .hasToString(
              "{\"present\":[\"Connection\",\"TE\"],\"absent\":[\"Upgrade\",\"Sec-WebSocket-Key\","
                  + "\"Sec-WebSocket-Version\",\"Sec-WebSocket-Protocol\"]}");
      assertThat(log.lines())
          .filteredOn(line -> line.startsWith("refused"))
          .singleElement()
          .asString()
          .contains(" with 426: ", "missing: header Upgrade", "left: CF-Ray, Via, X-Forwarded-For");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /healthz HTTP/1.1\r\nHost: me\r\n",
        "GET /x HTTP/1.1\r\nHost: me\r\n",
        "GET /x HTTP/1.0\r\n",
      })
  void answers_areSignedForTheRequest(String begun) throws Exception {
    HttpAnswer answer = HttpAnswer.to(connect(), begun + "Penstock-Probe: doctor_1.a-b\r\n\r\n");
    assertThat(answer.head())
        .contains("\r\nPenstock-Server: unpackaged\r\n")
        .contains("\r\nPenstock-Probe: doctor_1.a-b\r\n");
  }

  @Test
  void answers_thatCannotBeReadOrOpenAreSigned() throws Exception {
    assertThat(HttpAnswer.to(connect(), "hello\r\n\r\n").head()).contains("Penstock-Server: ");
    assertThat(connect().send(ServerFixture.upgrade("/ok", "Penstock-Probe", "n1")).readHead())
        .startsWith("HTTP/1.1 101 ")
        .contains("Penstock-Server: ", "Penstock-Probe: n1\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "<script>", "\u00e4", "a,b"})
  void nonce_thatIsNoneDoesNotComeBack(String nonce) throws Exception {
    assertNotGivenBack(nonce);
  }

  @Test
  void nonce_thatIsTooLongDoesNotComeBack() throws Exception {
    assertNotGivenBack("x".repeat(65));
  }

  private void assertNotGivenBack(String nonce) throws IOException {
    HttpAnswer answer =
        HttpAnswer.to(connect(), ServerFixture.upgrade("/nowhere", "Penstock-Probe", nonce));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.head()).doesNotContain("Penstock-Probe");
  }

  @Test
  void secondSubprotocol_isTakenWhenItIsAskedForFirst() throws Exception {
    assertThat(
            connect()
                .send(
                    ServerFixture.upgrade("/ok", "Sec-WebSocket-Protocol", "x, second.v1, test.v1"))
                .readHead())
        .containsIgnoringCase("sec-websocket-protocol: second.v1\r\n");
  }

  @Test
  void headers_ofGreatNumberAreBoundedInTheAnswer() throws Exception {
    StringBuilder request = new StringBuilder("GET /ok HTTP/1.1\r\nHost: me\r\n");
    for (int i = 0; i < 200; i++) {
      request.append("X-Forwarded-N" + i + ": " + "v".repeat(40) + "\r\n");
    }
    JsonObject arrived = HttpAnswer.to(connect(), request + "\r\n").json();
    arrived = arrived.getAsJsonObject("arrived");
    assertThat(arrived.getAsJsonObject("headers").size()).isEqualTo(64);
    assertThat(arrived.get("headers_left_out").getAsInt()).isEqualTo(201 - 64);
  }

  @Test
  void oldOrOtherRequest_isToldMethodAndVersion() throws Exception {
    HttpAnswer answer = HttpAnswer.to(connect(), "POST /ok HTTP/1.0\r\nHost: me\r\n\r\n");
    assertThat(answer.status()).isEqualTo(426);
    assertThat(answer.missing()).contains("method GET", "HTTP/1.1");
    JsonObject arrived = answer.json().getAsJsonObject("arrived");
    assertThat(arrived.get("method").getAsString()).isEqualTo("POST");
    assertThat(arrived.get("version").getAsString()).isEqualTo("HTTP/1.0");
    assertThat(arrived.get("path").getAsString()).isEqualTo("/ok");
    assertThat(arrived.getAsJsonObject("headers").get("Host").getAsString()).isEqualTo("me");
  }

  @Test
  void secrets_areNeitherAnsweredNorLogged() throws Exception {
    try (LogCapture log = new LogCapture()) {
      String request =
          """
          GET /ok;jsessionid=hush-parameter?access_token=hush-query HTTP/1.1
          Host: bob:hush-password@me
          Authorization: Bearer hush-token
          Cookie: hush-cookie
          X-Api-Key: hush-key
          Penstock-Session: hush-session

          """
              .replace("\n", "\r\n");
      HttpAnswer answer = HttpAnswer.to(connect(), request);
      assertThat(answer.status()).isEqualTo(426);
      assertThat(answer.body())
          .contains("\"Authorization\":\"(not shown)\"", "X-Api-Key", "/ok;(redacted)", "@me")
          .doesNotContain("hush");
      assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains("hush"));
    }
  }

  @Test
  void hangUp_amidARequestIsNoRefusal() throws Exception {
    try (LogCapture log = new LogCapture()) {
      connect().send("GET /ok HTTP/1.1\r\nHost: me\r\n").close();
      assertThat(connect().send(ServerFixture.upgrade("/ok")).readHead()).contains(" 101 ");
      fixture.close(); // and with it every connection
      assertThat(log.lines()).noneMatch(line -> line.startsWith("refused"));
    }
  }

  @Test
  void log_cannotBeForgedByARequest() throws Exception {
    try (LogCapture log = new LogCapture()) {
      HttpAnswer.to(connect(), "GET /\u001b[2J\rERROR HTTP/1.1\r\nHost: me\r\n\r\n");
      assertThat(log.lines())
          .isNotEmpty()
          .allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c != 0x7f));
    }
  }

  @Test
  void decision_isAnsweredAsGiven() throws Exception {
    HttpAnswer answer = HttpAnswer.to(connect(), ServerFixture.upgrade("/nowhere"));
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error()).isEqualTo("no such path");
    assertThat(answer.missing()).isEmpty();
    assertThat(answer.head()).contains("X-Why: path");
  }

  @Test
  void decision_withADefectIsA500() throws Exception {
    HttpAnswer answer = HttpAnswer.to(connect(), ServerFixture.upgrade("/decision-fails"));
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("a decision with a defect");
  }

  @Test
  void listener_withADefectPromisesNothingAndLosesItsConnectionOnly() throws Exception {
    RawClient other = upgraded();
    RawClient client = connect().send(ServerFixture.upgrade("/listener-fails"));
    assertThat(client.readToEnd()).isEmpty();
    assertEchoes(other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/healthz", "/healthz?verbose=1", "http://me/healthz"})
  void healthz_isOk(String target) throws Exception {
    HttpAnswer answer = HttpAnswer.to(connect(), "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().get("status").getAsString()).isEqualTo("ok");
  }

  @Test
  void healthz_answersHeadWithoutABody() throws Exception {
    HttpAnswer answer = HttpAnswer.to(connect(), "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello\r\n\r\n",
        "GET /ok SMTP/1.1\r\n\r\n",
        "GET /ok HTTP/1.1\r\nbad header name: x\r\n\r\n",
        "GET /ok HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
      })
  void whatIsNotHttp_isToldSoAndNotRepeated(String bytes) throws Exception {
    HttpAnswer answer = HttpAnswer.to(connect(), bytes);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).isEqualTo("not a proper HTTP/1.1 request");
    assertThat(answer.json().getAsJsonObject("arrived").keySet()).containsExactly("peer");
  }

  @Test
  void hugeHeaders_areRefused() throws Exception {
    String cookie = "Cookie: " + "x".repeat(20_000) + "\r\n";
    HttpAnswer answer =
        HttpAnswer.to(connect(), "GET /ok HTTP/1.1\r\nHost: me\r\n" + cookie.repeat(20) + "\r\n");
    assertThat(answer.status()).isEqualTo(431);
    assertThat(answer.body().length()).isLessThan(1_000);
  }

  @Test
  void hugeRequestLine_isRefused() throws Exception {
    HttpAnswer answer =
        HttpAnswer.to(connect(), "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: me\r\n\r\n");
    assertThat(answer.status()).isEqualTo(414);
  }

  @Test
  void answer_arrivesThoughMoreWasSentThanRead() throws Exception {
    RawClient client = connect();
    String request = "POST / HTTP/1.1\r\nHost: me\r\nContent-Length: 1000000\r\n\r\n";
    HttpAnswer answer = HttpAnswer.to(client, request + "x".repeat(1_000_000));
    assertThat(answer.status()).isEqualTo(426);
    assertThat(answer.missing()).contains("method GET");
  }

  @Test
  void pipelinedRequests_getOneAnswer() throws Exception {
    HttpAnswer answer =
        HttpAnswer.to(
            connect(), "GET /a HTTP/1.1\r\nHost: me\r\n\r\n".repeat(1_000) + "\0garbage\r\n");
    assertThat(answer.status()).isEqualTo(426);
    assertThat(answer.body().lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /ok HTTP/1.1\r\nHost: me\r\n"})
  void slowHandshake_isClosed(String begun) throws Exception {
    long start = System.nanoTime();
    RawClient client = connect();
    client.send(begun);
    assertThat(client.readToEnd()).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(
            ServerFixture.HANDSHAKE_TIMEOUT.dividedBy(2),
            ServerFixture.HANDSHAKE_TIMEOUT.multipliedBy(5));
  }

  @Test
  void oversizedMessage_isToldTheCodeThoughMoreIsOnItsWay() throws Exception {
    RawClient client = upgraded();
    client.send(RawFrame.binary(new byte[1_000_000]).masked().bytes());
    byte[] frame = client.readFrame();
    assertThat(frame[0] & 0xff).isEqualTo(0x88);
    assertThat(((frame[1] & 0xff) << 8) | (frame[2] & 0xff)).isEqualTo(1009);
    assertThat(client.readToEnd()).isEmpty();
    assertThat(fixture.closed.poll(20, TimeUnit.SECONDS)).startsWith("1009 ");
  }

  @Test
  void abusivePeers_doNotHarmAnother() throws Exception {
    RawClient good = upgraded();
    for (int i = 0; i < 20; i++) {
      connect().send("GARBAGE\r\n\r\n");
      connect().send("GET /ok HTTP/1.1\r\n"); // and nothing more
      connect().close();
      RawClient broken = upgraded();
      broken.send(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3});
      RawClient gone = upgraded();
      gone.send(RawFrame.binary(new byte[10]).masked().stating(4000).bytes());
      gone.close();
      assertEchoes(good);
    }
    for (int i = 0; i < 40; i++) {
      String closed = fixture.closed.poll(20, TimeUnit.SECONDS);
      assertThat(closed).matches("(1002|1006) .*");
    }
    assertEchoes(good);
  }

  @Test
  void close_stopsAcceptingAndLeavesWebSocketsOpen() throws Exception {
    RawClient client = upgraded();
    fixture.server.close();
    assertEchoes(client);
    assertThatThrownBy(this::connect).isInstanceOf(SocketException.class);
  }

  @Test
  void start_saysWhichAddressIsTaken() {
    assertThatThrownBy(() -> new ServerFixture(fixture.server.address()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(String.valueOf(fixture.server.address().getPort()));
  }

  @Test
  void client_thatHangsUpEndsTheWebSocket() throws Exception {
    upgraded().close();
    assertThat(fixture.closed.poll(20, TimeUnit.SECONDS)).startsWith("1006 ");
  }

  private RawClient connect() throws IOException {
    RawClient client = fixture.connect();
    clients.add(client);
    return client;
  }

  private RawClient upgraded() throws IOException {
    RawClient client = connect().send(ServerFixture.upgrade("/ok"));
    assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    return client;
  }

  private static void assertEchoes(RawClient client) throws IOException {
    client.send(RawFrame.text("still here").masked().bytes());
    assertThat(client.readFrame()).isEqualTo(textFrame("still here"));
  }

  private static byte[] textFrame(String text) {
    return join(new byte[] {(byte) TEXT}, text.getBytes(UTF_8));
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
