package dev.penstock.client.doctor.visit;

import java.time.Duration;

/** When something began. */
public record Time(long startNanos) {
  public static Time start() {
    return new Time(System.nanoTime());
  }

  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** What is left of a bound; at least a little. */
  public Duration leftOf(Duration bound) {
    Duration left = bound.minus(elapsed());
    return left.isNegative() || left.isZero() ? Duration.ofMillis(1) : left;
  }
}
