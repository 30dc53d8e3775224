package dev.penstock.client.doctor.limits;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Time, as those see it who watch lines for minutes; a test has one of its own. Any thread. */
interface Timeline {
  /** The one that the clock on the wall keeps. */
  Timeline REAL =
      new Timeline() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public CompletableFuture<Void> after(Duration wait) {
          return new CompletableFuture<Void>()
              .completeOnTimeout(null, wait.toNanos(), TimeUnit.NANOSECONDS);
        }
      };

  long nanoTime();

  /** Completes when that much time has passed. */
  CompletableFuture<Void> after(Duration wait);
}
