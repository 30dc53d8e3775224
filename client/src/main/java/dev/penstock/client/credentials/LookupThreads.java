package dev.penstock.client.credentials;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few daemon threads on which look-ups of credentials may block, with a bounded queue before
 * them. Any thread; whoever opens them closes them.
 */
public final class LookupThreads implements AutoCloseable {
  private static final int MAX_WAITING = 1024;
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** For helpers that are killed to be gone. */
  private static final Duration ENDING = Duration.ofSeconds(2);

  private final ThreadPoolExecutor executor;

  /** So many threads, which are there only while they have something to do. */
  public LookupThreads(String name, int threads) {
    AtomicInteger number = new AtomicInteger();
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** Runs it on one of the threads; fails when it fails, or when these are busy or closed. */
  public <T> CompletableFuture<T> submit(Callable<T> lookup) {
    Task<T> task = new Task<>(lookup);
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      task.answer.completeExceptionally(
          executor.isShutdown()
              ? closed()
              : new CredentialsException(
                  "%d look-ups of credentials are waiting already".formatted(MAX_WAITING)));
    }
    return task.answer;
  }

  /** Interrupts what runs and fails what waits; returns when it has ended, or soon after. */
  @Override
  public void close() {
    for (Runnable waiting : executor.shutdownNow()) {
      if (waiting instanceof Task<?> task) {
        task.answer.completeExceptionally(closed());
      }
    }
    try {
      executor.awaitTermination(ENDING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CredentialsException closed() {
    return new CredentialsException("the client is shutting down");
  }

  private static final class Task<T> implements Runnable {
    final CompletableFuture<T> answer = new CompletableFuture<>();
    private final Callable<T> lookup;

    Task(Callable<T> lookup) {
      this.lookup = lookup;
    }

    @Override
    public void run() {
      try {
        answer.complete(lookup.call());
      } catch (Throwable e) {
        // Whatever it is: nobody else would tell who waits.
        answer.completeExceptionally(e);
      }
    }
  }
}
