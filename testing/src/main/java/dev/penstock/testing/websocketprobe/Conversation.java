package dev.penstock.testing.websocketprobe;

import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket that sends one message at a time and waits for the same bytes.
 *
 * <p>{@link #echo} and {@link #close} from any thread; the rest on the event loop.
 */
final class Conversation implements WebSocketListener {
  private final HttpResponse answer;
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private @Nullable WebSocket webSocket; // set on the event loop before anybody else has this
  private @Nullable Echo expected; // event loop only

  /** What is to come back. */
  private static final class Echo {
    private final byte[] message;
    private final CompletableFuture<Long> nanos = new CompletableFuture<>();
    private final long begunNanos = System.nanoTime();
    private int received;

    private Echo(byte[] message) {
      this.message = message;
    }
  }

  Conversation(HttpResponse answer) {
    this.answer = answer;
  }

  WebSocketListener begin(WebSocket opened) {
    webSocket = opened;
    return this;
  }

  /** The 101. */
  HttpResponse answer() {
    return answer;
  }

  /** Sends a message; completes with the nanoseconds until all of it was back. */
  CompletableFuture<Long> echo(byte[] message) {
    Echo echo = new Echo(message);
    socket()
        .eventLoop()
        .execute(
            () -> {
              expected = echo;
              if (closed.isDone()) {
                echo.nanos.completeExceptionally(new IllegalStateException(closed.getNow("")));
                return;
              }
              // What was sent comes back to us for a replay, of which there is none here.
              socket().sendBinary(socket().allocate(message.length).writeBytes(message)).release();
              socket().flush();
            });
    return echo.nanos;
  }

  /** Completes with the code and the reason with which it ended. */
  CompletableFuture<String> closed() {
    return closed;
  }

  /** Begins the closing handshake. */
  void close() {
    socket().eventLoop().execute(() -> socket().close(1000, "the probe is done"));
  }

  private WebSocket socket() {
    return Objects.requireNonNull(webSocket, "not open yet");
  }

  @Override
  public void onBinary(ByteBuf piece) {
    try {
      Echo echo = expected;
      if (echo == null || echo.nanos.isDone()) {
        return; // not asked for
      }
      byte[] got = new byte[piece.readableBytes()];
      piece.readBytes(got);
      int end = echo.received + got.length;
      if (end > echo.message.length
          || !Arrays.equals(got, 0, got.length, echo.message, echo.received, end)) {
        echo.nanos.completeExceptionally(
            new IllegalStateException("other bytes came back; the server is no echo"));
        return;
      }
      echo.received = end;
      if (echo.received == echo.message.length) {
        echo.nanos.complete(System.nanoTime() - echo.begunNanos);
      }
    } finally {
      piece.release();
    }
  }

  @Override
  public void onText(String text) {}

  @Override
  public void onReadComplete() {}

  @Override
  public void onWritabilityChanged() {}

  @Override
  public void onClosed(int code, String reason) {
    String end = reason.isEmpty() ? "code " + code : "code " + code + ": " + reason;
    closed.complete(end);
    if (expected != null) {
      expected.nanos.completeExceptionally(
          new IllegalStateException("the WebSocket ended with " + end));
    }
  }
}
