package dev.penstock.tunnel.probe;

import java.time.Duration;

/**
 * Bytes that have got through, and how long that took: more than no time.
 *
 * @param bytes less than was asked for if the time was up before
 */
public record Throughput(long bytes, Duration took) {
  public double bytesPerSecond() {
    return bytes * 1e9 / Math.max(1, took.toNanos());
  }
}
