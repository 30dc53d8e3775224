package dev.penstock.tunnel.websocket.accept;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A server on one event loop that takes the path {@code /ok} and echoes; its other paths show the
 * ways in which a decision can go wrong.
 */
final class ServerFixture implements AutoCloseable {
  static final Duration HANDSHAKE_TIMEOUT = Duration.ofMillis(1_500);
  static final int MAX_MESSAGE_BYTES = 4096;

  final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
  final WebSocketServer server;
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, EventLoops.ioHandlerFactory());

  ServerFixture() throws IOException {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  ServerFixture(InetSocketAddress listen) throws IOException {
    try {
      server =
          WebSocketServer.start(
              new WebSocketServerSettings(listen, subprotocols(), HANDSHAKE_TIMEOUT, null), loop);
    } catch (IOException e) {
      loop.shutdownGracefully(0, 10, TimeUnit.SECONDS);
      throw e;
    }
  }

  RawClient connect() throws IOException {
    return new RawClient(server.address());
  }

  /** A request for an upgrade with one header replaced, or left out when it is empty. */
  static String upgrade(String path, String header, String value) {
    StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
    Map<String, String> headers =
        new LinkedHashMap<>(
            Map.of(
                "Host", "localhost",
                "Upgrade", "websocket",
                "Connection", "keep-alive, Upgrade",
                "Sec-WebSocket-Version", "13",
                "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Protocol", "other, test.v1"));
    headers.put(header, value);
    headers.values().removeIf(String::isEmpty);
    headers.forEach((name, text) -> request.append(name + ": " + text + "\r\n"));
    return request.append("\r\n").toString();
  }

  static String upgrade(String path) {
    return upgrade(path, "X-Nothing", "");
  }

  private List<Subprotocol> subprotocols() {
    return List.of(
        Subprotocol.of("test.v1", this::decide), Subprotocol.of("second.v1", this::decide));
  }

  private UpgradeDecision decide(UpgradeRequest request) {
    return switch (request.path()) {
      case "/ok" -> accept(webSocket -> new Echo(webSocket));
      case "/decision-fails" -> throw new IllegalStateException("a decision with a defect");
      case "/listener-fails" ->
          accept(
              webSocket -> {
                throw new IllegalStateException("a listener with a defect");
              });
      default ->
          new UpgradeDecision.Refuse(404, "no such path", "take /ok", Map.of("X-Why", "path"));
    };
  }

  private static UpgradeDecision accept(Function<WebSocket, WebSocketListener> listen) {
    return new UpgradeDecision.Accept(
        Map.of("X-Session", "7"),
        new WebSocketSettings(true, MAX_MESSAGE_BYTES, Duration.ofSeconds(20)),
        listen);
  }

  @Override
  public void close() {
    server.close();
    // Quiet for a moment, so that connections that have just hung up give their buffers back.
    loop.shutdownGracefully(50, 10_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  /** Sends binary pieces and text back. */
  private final class Echo implements WebSocketListener {
    private final WebSocket webSocket;

    Echo(WebSocket webSocket) {
      this.webSocket = webSocket;
    }

    @Override
    public void onBinary(ByteBuf piece) {
      webSocket.sendText(piece.toString(UTF_8));
      piece.release();
    }

    @Override
    public void onText(String text) {
      webSocket.sendText(text);
    }

    @Override
    public void onReadComplete() {
      webSocket.flush();
    }

    @Override
    public void onWritabilityChanged() {
      // Small answers only.
    }

    @Override
    public void onClosed(int code, String reason) {
      closed.add(code + " " + reason);
    }
  }
}
