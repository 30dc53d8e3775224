package dev.penstock.client.registry.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response: buffers on demand, straight from the HTTP client. Its one subscriber owns
 * the buffers it gets and nobody writes to them again. Whoever holds a body consumes it to the end
 * or cancels it; otherwise its connection is lost to the pool.
 *
 * <p>A fast peer is held back by demand: what is not requested is not read from the socket, but for
 * the few buffers that the HTTP client has in hand. A slow peer is waited for as long as something
 * comes within the stall time-out; the clock runs only while there is unmet demand.
 *
 * <p>The peer's end arrives as onComplete, its failure as onError; a stall cancels the connection
 * and arrives as onError with {@link StalledException}. Cancelling closes the connection.
 */
public final class BodyFlow implements BodySubscriber<BodyFlow>, Flow.Publisher<List<ByteBuffer>> {
  private static final Flow.Subscription NOTHING =
      new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
      };

  /** Stalls are noticed at most this part of the stall time-out late. */
  private static final int CHECKS_PER_TIMEOUT = 4;

  private final CompletableFuture<Flow.Subscription> upstream = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
  private final Duration stallTimeout;
  private final ScheduledExecutorService clock;

  /** Written once, before the first demand, and so before it is read. */
  private volatile Flow.@Nullable Subscriber<? super List<ByteBuffer>> downstream;

  @GuardedBy("this")
  private long outstanding;

  @GuardedBy("this")
  private long progressNanos;

  /** Set by a stall and by cancelling: whatever still comes from upstream is dropped. */
  @GuardedBy("this")
  private boolean isClosed;

  @GuardedBy("this")
  private boolean isCancelled;

  BodyFlow(Duration stallTimeout, ScheduledExecutorService clock) {
    this.stallTimeout = stallTimeout;
    this.clock = clock;
  }

  /** Hands the body to its one subscriber. */
  @Override
  public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
    if (downstream != null) {
      throw new IllegalStateException("a body has one subscriber");
    }
    downstream = subscriber;
    ScheduledFuture<?> watchdog = watch();
    end.whenComplete((done, failure) -> watchdog.cancel(false));
    upstream
        .thenAccept(subscription -> subscriber.onSubscribe(new Demand(subscription)))
        .thenCompose(subscribed -> end)
        .whenComplete((done, failure) -> finish(subscriber));
  }

  /** Closes the connection without a subscriber; what was on its way is lost. */
  public void cancel() {
    upstream.thenAccept(Flow.Subscription::cancel);
    end.complete(null);
  }

  /** Reads a small rest to keep the connection; cancels a large one. Never fails. */
  public CompletableFuture<@Nullable Void> discard() {
    return new BodyCollector(BodyCollector.MAX_DISCARDED_BYTES)
        .collect(this)
        .handle((bytes, failure) -> null);
  }

  /** Reads all of it; fails with {@link BodyTooLargeException} above the limit. */
  public CompletableFuture<byte[]> readAll(int maxBytes) {
    return new BodyCollector(maxBytes).collect(this);
  }

  @Override
  public CompletionStage<BodyFlow> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    if (!upstream.complete(subscription)) {
      subscription.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      outstanding--;
      progressNanos = System.nanoTime();
    }
    Objects.requireNonNull(downstream).onNext(buffers);
  }

  @Override
  public void onError(Throwable failure) {
    upstream.complete(NOTHING);
    end.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    upstream.complete(NOTHING);
    end.complete(null);
  }

  private void finish(Flow.Subscriber<?> subscriber) {
    end.whenComplete(
        (done, failure) -> {
          if (isCancelled()) {
            return;
          }
          if (failure == null) {
            subscriber.onComplete();
          } else {
            subscriber.onError(failure);
          }
        });
  }

  private synchronized boolean isCancelled() {
    return isCancelled;
  }

  private ScheduledFuture<?> watch() {
    long periodNanos = Math.max(1, stallTimeout.toNanos() / CHECKS_PER_TIMEOUT);
    return clock.scheduleWithFixedDelay(
        this::checkProgress, periodNanos, periodNanos, TimeUnit.NANOSECONDS);
  }

  private void checkProgress() {
    synchronized (this) {
      boolean isWaiting = outstanding > 0 && !end.isDone();
      if (!isWaiting || System.nanoTime() - progressNanos < stallTimeout.toNanos()) {
        return;
      }
      isClosed = true;
    }
    IOException stall = new StalledException(stallTimeout);
    upstream.thenAccept(Flow.Subscription::cancel);
    end.completeExceptionally(stall);
  }

  /** Counts demand, so that the watchdog knows whether anybody waits. */
  private final class Demand implements Flow.Subscription {
    private final Flow.Subscription upstream;

    Demand(Flow.Subscription upstream) {
      this.upstream = upstream;
    }

    @Override
    public void request(long n) {
      synchronized (BodyFlow.this) {
        if (outstanding == 0) {
          progressNanos = System.nanoTime();
        }
        outstanding += Math.min(n, Long.MAX_VALUE - outstanding);
      }
      upstream.request(n);
    }

    @Override
    public void cancel() {
      synchronized (BodyFlow.this) {
        isClosed = true;
        isCancelled = true;
      }
      upstream.cancel();
      end.complete(null);
    }
  }
}
