package dev.penstock.client.registry.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer: what one read of the socket brought for each that was asked for, in the
 * very buffer. Its one subscriber owns the buffers it gets and releases them. Whoever holds a body
 * consumes it to the end or cancels it; otherwise its connection is lost to the pool.
 *
 * <p>A fast peer is held back by demand: what is not requested is not read from the socket. A slow
 * peer is waited for as long as something comes within the stall time-out; the clock runs only
 * while there is unmet demand.
 *
 * <p>The peer's end arrives as onComplete, its failure as onError; a stall cancels the connection
 * and arrives as onError with {@link StalledException}. Cancelling closes the connection.
 *
 * <p>Threads: signals come on the connection's event loop; demand and cancellation from any thread.
 */
public final class BodyFlow implements Flow.Publisher<ByteBuf> {
  /** Stalls are noticed at most this part of the stall time-out late. */
  private static final int CHECKS_PER_TIMEOUT = 4;

  private final Flow.Subscription connection;
  private final Duration stallTimeout;
  private final ScheduledExecutorService clock;
  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

  /** Written once, before the first demand, and so before it is read. */
  private volatile Flow.@Nullable Subscriber<? super ByteBuf> downstream;

  @GuardedBy("this")
  private long outstanding;

  @GuardedBy("this")
  private long progressNanos;

  /** Set by a stall and by cancelling: whatever still comes is dropped. */
  @GuardedBy("this")
  private boolean isClosed;

  @GuardedBy("this")
  private boolean isCancelled;

  /**
   * A body of the exchange that {@code connection} is in.
   *
   * @param connection asked for reads, or told to close
   */
  BodyFlow(Flow.Subscription connection, Duration stallTimeout, ScheduledExecutorService clock) {
    this.connection = connection;
    this.stallTimeout = stallTimeout;
    this.clock = clock;
  }

  /** Hands the body to its one subscriber. */
  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuf> subscriber) {
    if (downstream != null) {
      throw new IllegalStateException("a body has one subscriber");
    }
    downstream = subscriber;
    ScheduledFuture<?> watchdog = watch();
    end.whenComplete((done, failure) -> watchdog.cancel(false));
    subscriber.onSubscribe(new Demand());
    end.whenComplete((done, failure) -> finish(subscriber, failure));
  }

  /** Closes the connection without a subscriber; what was on its way is lost. */
  public void cancel() {
    synchronized (this) {
      isClosed = true;
      isCancelled = true;
    }
    connection.cancel();
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

  /** The connection brings what one read brought; takes over the buffer. */
  void bring(ByteBuf buffer) {
    synchronized (this) {
      if (isClosed) {
        buffer.release();
        return;
      }
      outstanding--;
      progressNanos = System.nanoTime();
    }
    Objects.requireNonNull(downstream).onNext(buffer);
  }

  /** The connection has brought everything, or fails. */
  void end(@Nullable Throwable failure) {
    if (failure == null) {
      end.complete(null);
    } else {
      end.completeExceptionally(failure);
    }
  }

  private void finish(Flow.Subscriber<?> subscriber, @Nullable Throwable failure) {
    if (isCancelled()) {
      return;
    }
    if (failure == null) {
      subscriber.onComplete();
    } else {
      subscriber.onError(failure);
    }
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
    connection.cancel();
    end.completeExceptionally(new StalledException(stallTimeout));
  }

  /** Counts demand, so that the watchdog knows whether anybody waits. */
  private final class Demand implements Flow.Subscription {
    @Override
    public void request(long n) {
      synchronized (BodyFlow.this) {
        if (outstanding == 0) {
          progressNanos = System.nanoTime();
        }
        outstanding += Math.min(n, Long.MAX_VALUE - outstanding);
      }
      connection.request(n);
    }

    @Override
    public void cancel() {
      BodyFlow.this.cancel();
    }
  }
}
