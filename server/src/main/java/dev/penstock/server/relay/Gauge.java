package dev.penstock.server.relay;

import java.util.concurrent.atomic.AtomicLong;

/** A number that rises and falls, and the highest it has been. Any thread. */
public final class Gauge {
  private final AtomicLong now = new AtomicLong();
  private final AtomicLong highest = new AtomicLong();

  void add(long change) {
    long value = now.addAndGet(change);
    if (value > highest.get()) {
      highest.accumulateAndGet(value, Math::max);
    }
  }

  /** The number now. */
  public long now() {
    return now.get();
  }

  /** The highest it has been since the start. */
  public long highest() {
    return highest.get();
  }

  @Override
  public String toString() {
    return now + " (highest " + highest + ")";
  }
}
