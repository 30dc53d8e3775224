package dev.penstock.client.registry.http;

import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Whoever cancels {@link #answer} before it is there closes the
 * connection.
 *
 * <p>Threads: the connection reports on its event loop; the future and the body may be used from
 * any.
 */
final class Exchange implements Flow.Subscription {
  private final URI uri;
  private final HttpConnection connection;
  private final HttpOptions options;
  private final ScheduledExecutorService clock;
  private final CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
  private final ScheduledFuture<?> timer;

  /** Event loop only. */
  private @Nullable BodyFlow body;

  Exchange(
      URI uri, HttpConnection connection, HttpOptions options, ScheduledExecutorService clock) {
    this.uri = uri;
    this.connection = connection;
    this.options = options;
    this.clock = clock;
    Duration timeout = options.headerTimeout();
    timer = clock.schedule(() -> timedOut(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
    answer.whenComplete(
        (head, failure) -> {
          timer.cancel(false);
          if (failure instanceof CancellationException) {
            cancel();
          }
        });
  }

  CompletableFuture<HttpAnswer> answer() {
    return answer;
  }

  BodyFlow body() {
    return Objects.requireNonNull(body);
  }

  void answered(HttpResponse head) {
    BodyFlow flow = new BodyFlow(this, options.stallTimeout(), clock);
    body = flow;
    HttpFields fields = new HttpFields(head.headers());
    if (!answer.complete(new HttpAnswer(uri, uri, head.status().code(), fields, flow))) {
      cancel(); // nobody waits any more
    }
  }

  /**
   * The connection failed.
   *
   * @param isStale whether it had served before, and may have been closed before this request came
   */
  void failed(Throwable cause, boolean isStale) {
    if (body == null) {
      answer.completeExceptionally(isStale ? new StaleConnectionException(cause) : cause);
    } else {
      body.end(cause);
    }
  }

  private void timedOut(Duration timeout) {
    LateAnswerException late = new LateAnswerException(timeout);
    if (answer.completeExceptionally(late)) {
      cancel();
    }
  }

  @Override
  public void request(long parts) {
    onLoop(() -> connection.request(this, parts));
  }

  @Override
  public void cancel() {
    onLoop(() -> connection.cancel(this));
  }

  private void onLoop(Runnable task) {
    if (connection.channel().eventLoop().inEventLoop()) {
      task.run();
    } else if (!connection.channel().eventLoop().isShuttingDown()) {
      connection.channel().eventLoop().execute(task);
    }
  }
}
