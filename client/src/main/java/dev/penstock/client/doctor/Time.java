package dev.penstock.client.doctor;

import java.time.Duration;

/** When something began. */
record Time(long startNanos) {
  static Time start() {
    return new Time(System.nanoTime());
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** What is left of a bound; at least a little. */
  Duration leftOf(Duration bound) {
    Duration left = bound.minus(elapsed());
    return left.isNegative() || left.isZero() ? Duration.ofMillis(1) : left;
  }
}
