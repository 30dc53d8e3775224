package dev.penstock.tunnel.ops;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpsServerTest {
  private final List<Socket> open = new ArrayList<>();
  private OpsServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        OpsServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Map.of(
                "/healthz",
                Page::alive,
                "/readyz",
                () -> Page.readiness(List.of("not attached: \"x\"")),
                "/broken",
                () -> {
                  throw new IllegalStateException("secret");
                }));
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    for (Socket socket : open) {
      socket.close();
    }
    server.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("penstock-ops")) {
        thread.join(20_000); // the loop is over when its thread has nothing left but to end
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  @Test
  void pages_areAnsweredAsTheyAre() throws IOException {
    assertThat(ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("content-type: application/json", "connection: close")
        .endsWith("\r\n\r\n{\"status\":\"ok\"}\n");
    assertThat(ask("GET /readyz?verbose HTTP/1.0\r\n\r\n"))
        .startsWith("HTTP/1.1 503 ")
        .endsWith("{\"status\":\"not ready\",\"reasons\":[\"not attached: \\\"x\\\"\"]}\n");
  }

  @Test
  void head_bringsNoBody() throws IOException {
    assertThat(ask("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
        .contains("content-length: 16")
        .endsWith("\r\n\r\n");
  }

  @Test
  void whatIsNotThere_isRefusedWithWhatIs() throws IOException {
    assertThat(ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 404 ")
        .contains("[\"/broken\",\"/healthz\",\"/readyz\"]");
    assertThat(ask("POST /healthz HTTP/1.1\r\nHost: x\r\ncontent-length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 405 ")
        .contains("allow: GET");
    assertThat(ask("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void requestsWithoutEnd_areRefused() throws IOException {
    assertThat(ask("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\n\r\n")).contains(" 400 ");
    assertThat(ask("GET /healthz HTTP/1.1\r\nx: " + "x".repeat(9_000) + "\r\n\r\n"))
        .contains(" 400 ");
  }

  @Test
  void pageThatFails_tellsNoDetails_andTheNextIsAnswered() throws IOException {
    assertThat(ask("GET /broken HTTP/1.1\r\n\r\n")).contains(" 500 ").doesNotContain("secret");
    assertThat(ask("GET /healthz HTTP/1.1\r\n\r\n")).contains(" 200 ");
  }

  @Test
  void connections_areBounded_andThoseThatSayNothingDelayNobody() throws IOException {
    for (int i = 0; i < OpsServer.MAX_CONNECTIONS - 1; i++) {
      connect().getOutputStream().write("GET /healthz".getBytes(US_ASCII));
    }
    assertThat(ask("GET /healthz HTTP/1.1\r\n\r\n")).contains(" 200 ");
    connect();
    assertThat(isRefused()).isTrue();
  }

  private boolean isRefused() throws IOException {
    try {
      return ask("GET /healthz HTTP/1.1\r\n\r\n").isEmpty();
    } catch (SocketException e) {
      return true; // reset
    }
  }

  @Test
  void connectionThatSaysNothing_isClosed() throws IOException {
    assertThat(connect().getInputStream().read()).as("the end, in bounded time").isEqualTo(-1);
  }

  @Test
  void addressInUse_isNamed() {
    assertThatThrownBy(() -> OpsServer.start(server.address(), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen for operators on")
        .hasMessageContaining(Integer.toString(server.address().getPort()));
  }

  private String ask(String request) throws IOException {
    Socket socket = connect();
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), US_ASCII);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    open.add(socket);
    socket.setSoTimeout(20_000);
    return socket;
  }
}
