package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.websocket.WebSocket;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;

/**
 * One thing that is tried on a line, from its first message to its last. Event loop only.
 *
 * <p>It ends by completing {@link #result}; a line on which one failed, or whose time was up, is
 * closed, since what still comes of it could be taken for the next one's.
 */
abstract class Exchange<T> {
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private long begunNanos;

  final CompletableFuture<T> result() {
    return result;
  }

  final void start(WebSocket webSocket) {
    begunNanos = System.nanoTime();
    begin(webSocket);
  }

  final long elapsedNanos() {
    return System.nanoTime() - begunNanos;
  }

  final void fail(String what) {
    result.completeExceptionally(new ProbeException(what, null));
  }

  /** Sends what comes first. */
  abstract void begin(WebSocket webSocket);

  /** A piece of a binary message, which stays the caller's. */
  abstract void onBinary(ByteBuf piece);

  abstract void onBinaryEnd();

  abstract void onText(String text);

  /** The socket takes more, or takes no more. */
  void onWritabilityChanged() {}

  /**
   * The time is up; called a second time after a while if it goes on.
   *
   * @return whether it is to go on for that while
   */
  abstract boolean onTimeUp();
}
