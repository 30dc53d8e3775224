package dev.penstock.testing.e2e;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Waits for gauges, whose changes nobody announces: the product keeps them for operators, who poll
 * them too, and an event for each change would cost every transfer. So this looks again and again,
 * parked in between, within a bound.
 */
final class Eventually {
  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private Eventually() {}

  /** Returns whether the gauge showed {@code wanted} within {@link Bounds#EVENT}. */
  static boolean reads(LongSupplier gauge, long wanted) {
    return holds(() -> gauge.getAsLong() == wanted);
  }

  /** Returns whether the condition held within {@link Bounds#EVENT}. */
  static boolean holds(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Bounds.EVENT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
    return true;
  }
}
