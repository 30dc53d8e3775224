package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.websocket.dial.DialException;
import dev.penstock.tunnel.websocket.dial.ResponseHeaders;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An open probe: a WebSocket over the very path that a tunnel takes, to try things on. Its
 * specification is in {@code proto/README.md}.
 *
 * <p><b>Threads.</b> Any may call. Futures complete on the line's event loop, where nothing may
 * block: go on elsewhere, with the {@code Async} variants, for what does.
 *
 * <p><b>One thing at a time</b>, but for pings: an echo, upload or download that is begun while
 * another runs fails with {@link IllegalStateException}. One that fails, or whose time is up,
 * leaves the line closed, since what still comes of it could be taken for the next one's.
 *
 * <p><b>Failures</b> are {@link TimeoutException}, or {@link ProbeException} with what was wrong
 * and, if the line ended, how. The line sends no pings by itself, and no silence ends it; the
 * server ends it after 2 h, and when {@value #MAX_BYTES} bytes were moved.
 */
public final class ProbeLine implements AutoCloseable {
  /** The largest message that the server takes and sends. */
  public static final int MAX_MESSAGE_BYTES = ProbeProtocol.MAX_MESSAGE_BYTES;

  /** What may be moved on one line, both ways, echoes counted once. */
  public static final long MAX_BYTES = ProbeProtocol.MAX_BYTES;

  private final EventLoop loop;
  private final Line line;
  private final String arrived;
  private final ResponseHeaders headers;
  private final Duration patience;

  ProbeLine(EventLoop loop, Line line, String arrived, ResponseHeaders headers, Duration patience) {
    this.loop = loop;
    this.line = line;
    this.arrived = arrived;
    this.headers = headers;
    this.patience = patience;
  }

  /**
   * Opens one. Does not block; a thread of its own waits for the handshake.
   *
   * @return fails with a {@link DialException}: its step, and what answered the upgrade, with the
   *     first 64 KiB of the body. It is of a 101 if the server did not say within the handshake
   *     timeout what arrived. Whoever cancels it need not close the line
   */
  public static CompletableFuture<ProbeLine> open(ProbeTarget target) {
    return new Opening(target).begin();
  }

  /** What arrived of our request at the server, as JSON; foreign text. */
  public String arrived() {
    return arrived;
  }

  /** Those of the 101. */
  public ResponseHeaders headers() {
    return headers;
  }

  /** The same as {@link #echo(int, Duration)}, within the handshake timeout. */
  public CompletableFuture<Duration> echo(int bytes) {
    return echo(bytes, patience);
  }

  /**
   * Sends one message of random bytes, and takes it back.
   *
   * @param bytes 0 to {@link #MAX_MESSAGE_BYTES}
   * @return the round trip, of what came back as it was sent
   */
  public CompletableFuture<Duration> echo(int bytes, Duration limit) {
    check("bytes of an echo", bytes, 0, MAX_MESSAGE_BYTES);
    return run(new EchoExchange(bytes), limit);
  }

  /**
   * Sends {@code bytes}, or what can be sent within {@code limit}, in messages of {@code
   * messageBytes}.
   *
   * @return what has arrived at the server, and the time from the first byte to its word for that
   */
  public CompletableFuture<Throughput> upload(long bytes, int messageBytes, Duration limit) {
    check("bytes", bytes, 1, MAX_BYTES);
    check("bytes of a message", messageBytes, 1, MAX_MESSAGE_BYTES);
    return run(new UploadExchange(bytes, messageBytes), limit);
  }

  /**
   * Has the server send {@code bytes} in messages of {@code messageBytes}, of which it takes at
   * most 65,536.
   *
   * @return what has arrived here, and the time since it was asked for; when the {@code limit} was
   *     up before all had come, what had come until then, and the line is closed
   */
  public CompletableFuture<Throughput> download(long bytes, int messageBytes, Duration limit) {
    check("bytes", bytes, 1, MAX_BYTES);
    check("bytes of a message", messageBytes, 1, MAX_MESSAGE_BYTES);
    return run(new DownloadExchange(bytes, messageBytes), limit);
  }

  /**
   * Sends a ping, whatever else runs. A pong that does not come within the handshake timeout fails
   * it, and leaves the line open.
   */
  public CompletableFuture<Duration> ping() {
    CompletableFuture<Duration> answered = new CompletableFuture<>();
    answered.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS);
    onLoop(answered, () -> line.ping(answered));
    return answered;
  }

  /** Completes when the line is over, whyever. */
  public CompletableFuture<ProbeEnd> ended() {
    return independent(line.ended());
  }

  /** Begins to close; {@link #ended} tells when it is. */
  @Override
  public void close() {
    if (!loop.isShuttingDown()) {
      loop.execute(() -> line.close("done"));
    }
  }

  private <T> CompletableFuture<T> run(Exchange<T> exchange, Duration limit) {
    CompletableFuture<T> result = independent(exchange.result());
    onLoop(exchange.result(), () -> line.run(exchange, limit));
    return result;
  }

  /** One that its holder may complete, and that fails with the very exception of the other. */
  private static <T> CompletableFuture<T> independent(CompletableFuture<T> future) {
    CompletableFuture<T> other = new CompletableFuture<>();
    var unused =
        future.whenComplete(
            (result, failure) -> {
              if (failure == null) {
                other.complete(result);
              } else {
                other.completeExceptionally(failure);
              }
            });
    return other;
  }

  private void onLoop(CompletableFuture<?> result, Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new ProbeException("the event loop of the line has ended", null));
    }
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d; accepted are %d to %d".formatted(name, value, min, max));
    }
  }
}
