package dev.penstock.tunnel.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.penstock.tunnel.websocket.CloseCode;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The dialling end of one probe: at most one {@link Exchange} at a time, and pings beside it. Event
 * loop only, but for the futures.
 */
final class Line implements WebSocketListener {
  private final WebSocket webSocket;
  private final Duration patience;
  private final long openedNanos = System.nanoTime();
  private final CompletableFuture<String> arrived = new CompletableFuture<>();
  private final CompletableFuture<ProbeEnd> ended = new CompletableFuture<>();
  private final Map<String, Ping> pings = new HashMap<>();
  private int pingsSent;
  private @Nullable Exchange<?> current;
  private @Nullable ScheduledFuture<?> timer;
  private boolean closing;

  private record Ping(long sentNanos, CompletableFuture<Duration> answered) {}

  /**
   * @param patience with what comes after the time of an exchange is up
   */
  Line(WebSocket webSocket, Duration patience) {
    this.webSocket = webSocket;
    this.patience = patience;
  }

  /** The text of the first message, once it has come. */
  CompletableFuture<String> arrived() {
    return arrived;
  }

  /** Completes last, when nothing more can come. */
  CompletableFuture<ProbeEnd> ended() {
    return ended;
  }

  void run(Exchange<?> exchange, Duration limit) {
    if (ended.isDone()) {
      exchange.result().completeExceptionally(over(ended.join()));
    } else if (closing || current != null) {
      exchange
          .result()
          .completeExceptionally(
              new IllegalStateException(
                  closing ? "the line is being closed" : "one thing at a time on a line"));
    } else {
      current = exchange;
      schedule(limit);
      exchange.start(webSocket);
      settle();
    }
  }

  void ping(CompletableFuture<Duration> answered) {
    if (ended.isDone()) {
      answered.completeExceptionally(over(ended.join()));
      return;
    }
    String number = "probe-" + ++pingsSent;
    pings.put(number, new Ping(System.nanoTime(), answered));
    var unused = answered.whenComplete((roundTrip, failure) -> forget(number));
    webSocket.sendPing(number.getBytes(US_ASCII));
  }

  private void forget(String ping) {
    webSocket.eventLoop().execute(() -> pings.remove(ping));
  }

  void close(String reason) {
    if (!closing) {
      closing = true;
      webSocket.close(CloseCode.NORMAL, reason);
    }
  }

  private void schedule(Duration limit) {
    timer = webSocket.eventLoop().schedule(this::timeUp, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void timeUp() {
    if (current == null) {
      return;
    }
    if (current.onTimeUp()) {
      schedule(patience);
    } else {
      current = null;
      close("the time is up");
    }
  }

  /** Makes room for the next exchange when one is done. */
  private void settle() {
    if (current == null || !current.result().isDone()) {
      return;
    }
    boolean failed = current.result().isCompletedExceptionally();
    current = null;
    if (timer != null) {
      timer.cancel(false);
    }
    if (failed) {
      close("what was tried failed");
    }
  }

  @Override
  public void onBinary(ByteBuf piece) {
    try {
      if (current != null) {
        current.onBinary(piece);
      }
    } finally {
      piece.release();
    }
    settle();
  }

  @Override
  public void onBinaryEnd() {
    if (current != null) {
      current.onBinaryEnd();
    }
    settle();
  }

  @Override
  public void onText(String text) {
    if (!arrived.isDone() && text.startsWith(ProbeProtocol.ARRIVED + " ")) {
      arrived.complete(text.substring(ProbeProtocol.ARRIVED.length() + 1));
    } else if (current != null) {
      current.onText(text);
    }
    settle();
  }

  @Override
  public void onPong(byte[] payload) {
    Ping ping = pings.get(new String(payload, US_ASCII));
    if (ping != null) {
      ping.answered().complete(Duration.ofNanos(System.nanoTime() - ping.sentNanos()));
    }
  }

  @Override
  public void onReadComplete() {
    // What arrived has been taken piece by piece.
  }

  @Override
  public void onWritabilityChanged() {
    if (current != null && !closing) {
      current.onWritabilityChanged();
    }
    settle();
  }

  @Override
  public void onClosed(int code, String reason) {
    Duration afterOpen = Duration.ofNanos(System.nanoTime() - openedNanos);
    boolean byUs = closing || code == CloseCode.HEARTBEAT_LOST;
    closing = true;
    ProbeEnd end = new ProbeEnd(code, reason, afterOpen, byUs);
    ended.complete(end);
    arrived.completeExceptionally(over(end));
    pings.values().stream().toList().forEach(p -> p.answered().completeExceptionally(over(end)));
    if (current != null) {
      current.result().completeExceptionally(over(end));
    }
    settle();
  }

  private static ProbeException over(ProbeEnd end) {
    return new ProbeException(
        "the line ended %d ms after it was opened, with %d: %s"
            .formatted(end.afterOpen().toMillis(), end.code(), end.reason()),
        end);
  }
}
