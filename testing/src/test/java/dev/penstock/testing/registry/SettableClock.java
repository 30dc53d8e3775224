package dev.penstock.testing.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is told otherwise. Any thread. */
public final class SettableClock implements InstantSource {
  @GuardedBy("this")
  private Instant now = Instant.EPOCH;

  /** Lets that much time pass. */
  public synchronized void advance(Duration time) {
    now = now.plus(time);
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }
}
