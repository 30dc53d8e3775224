package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Strangers on the public port: each is told what is wrong, and the tunnel beside it runs on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PublicPortTest {
  private static final int TEXT = 0x1;
  private static final int RESERVED = 0x3;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int INVALID_TEXT = 1007;
  private static final int MESSAGE_TOO_BIG = 1009;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Blob blob = Blob.generated(41, 3_000_000);
  private EmbeddedRegistry registry;
  private Deployment penstock;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    registry = EmbeddedRegistry.start();
    registry.add(Names.REPOSITORY, blob);
    penstock = Deployment.builder(directory).registry(registry.url()).start();
  }

  @AfterEach
  void expectNobodyHarmed() throws InterruptedException {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(Names.blob(blob.digest()), receiver);
    assertThat(receiver.await(Bounds.TRANSFER).getCode()).isEqualTo(Status.Code.OK);
    assertThat(receiver.digest()).isEqualTo(blob.digest());
  }

  @AfterAll
  void stop() {
    penstock.close();
    registry.close();
  }

  @Test
  void plainGet_isToldWhatIsMissing() throws Exception {
    HttpResponse<String> response = get("/tunnel/v1/acme");
    assertThat(response.statusCode()).isBetween(400, 499);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    JsonObject answer = JsonParser.parseString(response.body()).getAsJsonObject();
    assertThat(answer.getAsJsonObject("arrived").get("path").getAsString())
        .isEqualTo("/tunnel/v1/acme");
    assertThat(strings(answer.getAsJsonArray("missing")))
        .contains("header Upgrade: websocket", "header Connection: Upgrade");
  }

  @Test
  void healthCheck_isAnswered() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void wrongToken_isRefusedWith401() throws Exception {
    try (WebSocketPeer peer = connect()) {
      peer.sendUpgrade(Names.OTHER_TUNNEL, "pst_wrong");
      assertThat(peer.readHead()).startsWith("HTTP/1.1 401 ");
      peer.awaitEnd();
    }
  }

  @Test
  void tokenOfAnotherTunnel_isRefusedWith403() throws Exception {
    try (WebSocketPeer peer = connect()) {
      peer.sendUpgrade(Names.TUNNEL, penstock.otherTunnelToken());
      assertThat(peer.readHead()).startsWith("HTTP/1.1 403 ");
      peer.awaitEnd();
    }
  }

  @Test
  void oversizedFrame_closesItsCarrierWith1009() throws Exception {
    try (WebSocketPeer peer = attached()) {
      peer.sendBinaryHead(1L << 30);
      assertThat(peer.awaitCloseCode()).isEqualTo(MESSAGE_TOO_BIG);
    }
  }

  @Test
  void frameWithAnImpossibleLength_closesItsCarrierWith1002Or1009() throws Exception {
    try (WebSocketPeer peer = attached()) {
      peer.sendBinaryHead(-1);
      assertThat(peer.awaitCloseCode()).isIn(PROTOCOL_ERROR, MESSAGE_TOO_BIG);
    }
  }

  @Test
  void unmaskedFrame_closesItsCarrierWith1002() throws Exception {
    try (WebSocketPeer peer = attached()) {
      peer.send(new byte[] {(byte) 0x82, 1, 0});
      assertThat(peer.awaitCloseCode()).isEqualTo(PROTOCOL_ERROR);
    }
  }

  @Test
  void reservedOpcode_closesItsCarrierWith1002() throws Exception {
    try (WebSocketPeer peer = attached()) {
      peer.sendFrame(RESERVED, new byte[0]);
      assertThat(peer.awaitCloseCode()).isEqualTo(PROTOCOL_ERROR);
    }
  }

  @Test
  void textThatIsNotUtf8_closesItsCarrierWith1007() throws Exception {
    try (WebSocketPeer peer = attached()) {
      peer.sendFrame(TEXT, new byte[] {(byte) 0xC3, (byte) 0x28});
      assertThat(peer.awaitCloseCode()).isEqualTo(INVALID_TEXT);
    }
  }

  @Test
  void bytesThatAreNotHttp_areAnsweredWith400AndClosed() throws Exception {
    try (WebSocketPeer peer = connect()) {
      peer.send("\u0016\u0003\u0001 this is no HTTP\r\n\r\n".getBytes(UTF_8));
      assertThat(peer.readHead())
          .startsWith("HTTP/1.1 400 ")
          .containsIgnoringCase("content-type: application/json");
      JsonObject answer = JsonParser.parseString(peer.readToEnd()).getAsJsonObject();
      assertThat(answer.get("error").getAsString()).isEqualTo("not a proper HTTP/1.1 request");
      assertThat(answer.get("hint").getAsString()).contains("WebSocket upgrade");
    }
  }

  /** Takes as long as the server's handshake timeout, 10 s. */
  @Test
  void slowHandshake_isClosed() throws Exception {
    try (WebSocketPeer peer = connect()) {
      peer.send("GET /tunnel/v1/acme HTTP/1.1\r\nHost: x\r\n".getBytes(UTF_8));
      peer.awaitEnd();
    }
  }

  private WebSocketPeer connect() throws IOException {
    return WebSocketPeer.connect(penstock.publicAddress(), Bounds.EVENT);
  }

  private WebSocketPeer attached() throws IOException {
    WebSocketPeer peer = connect();
    peer.sendUpgrade(Names.OTHER_TUNNEL, penstock.otherTunnelToken());
    assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
    return peer;
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    URI url = URI.create("http://127.0.0.1:" + penstock.publicAddress().getPort() + path);
    return http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
  }

  private static List<String> strings(Iterable<JsonElement> elements) {
    List<String> strings = new ArrayList<>();
    elements.forEach(each -> strings.add(each.getAsString()));
    return strings;
  }
}
