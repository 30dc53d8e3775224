package dev.penstock.testing.e2e;

import java.util.function.LongSupplier;

/** Waits for gauges, whose changes nobody announces: looks again and again, within a bound. */
final class Eventually {
  private Eventually() {}

  /** Returns whether the gauge showed {@code wanted} within {@link Bounds#EVENT}. */
  static boolean reads(LongSupplier gauge, long wanted) {
    long deadline = System.nanoTime() + Bounds.EVENT.toNanos();
    while (gauge.getAsLong() != wanted) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }
}
