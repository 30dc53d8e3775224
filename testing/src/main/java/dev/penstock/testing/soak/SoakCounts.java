package dev.penstock.testing.soak;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What has happened so far. Any thread. */
final class SoakCounts {
  private static final int MOST_FAILURES_KEPT = 20;

  final AtomicLong transfers = new AtomicLong();
  final AtomicLong bytes = new AtomicLong();
  final AtomicLong smallCalls = new AtomicLong();
  final AtomicLong failures = new AtomicLong();
  final AtomicLong leaks = new AtomicLong();
  final AtomicLong faults = new AtomicLong();
  final AtomicLong longestSmallCallNanos = new AtomicLong();

  /** The first few, in words. */
  final Queue<String> failuresInWords = new ConcurrentLinkedQueue<>();

  void failed(String what) {
    if (failures.incrementAndGet() <= MOST_FAILURES_KEPT) {
      failuresInWords.add(what);
    }
  }
}
