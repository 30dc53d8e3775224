package dev.penstock.server.canary;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread, begun by the first task, that does not keep the process. */
final class OwnClock implements Canary.Clock {
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "penstock-canary");
            thread.setDaemon(true);
            return thread;
          });

  OwnClock() {
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public Future<?> after(Duration wait, Runnable task) {
    return executor.schedule(task, wait.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
