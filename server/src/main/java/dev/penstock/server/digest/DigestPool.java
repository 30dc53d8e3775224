package dev.penstock.server.digest;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that hash.
 *
 * <p>Their queue needs no bound of its own: a stream has at most one task in it, and the streams
 * are bounded by the calls that may be in progress.
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

  Executor executor() {
    return executor;
  }

  /** Starts no more tasks; a digest that is not finished never will be. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
