package dev.penstock.client.doctor;

import java.time.Duration;

/** How long something takes. Any thread. */
final class Stopwatch {
  private final long startNanos = System.nanoTime();

  private Stopwatch() {}

  static Stopwatch start() {
    return new Stopwatch();
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
