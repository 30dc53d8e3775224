package dev.penstock.testing.proxy;

/** Which way bytes go. */
public enum Direction {
  /** From whoever connects to the target. */
  UP,
  /** From the target back. */
  DOWN
}
