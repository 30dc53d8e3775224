package dev.penstock.server.digest;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that hash.
 *
 * <p>Their queue needs no bound of its own: a call has at most one task in it, and the calls in
 * progress are at most {@code max-calls-per-client} for each client attached.
 */
public final class DigestPool implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final ThreadPoolExecutor executor;

  /** A pool of at most this many threads, which end when they are idle. */
  public DigestPool(int threads) {
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "penstock-digest-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** Runs a task on one of the threads; false, and it never will, when the pool is closed. */
  public boolean execute(Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  Executor executor() {
    return executor;
  }

  /** Starts no more tasks; a digest that is not finished never will be. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
