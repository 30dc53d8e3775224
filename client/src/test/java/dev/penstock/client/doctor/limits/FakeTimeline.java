package dev.penstock.client.doctor.limits;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;

/** Time that passes when a test says so. For one thread. */
final class FakeTimeline implements Timeline {
  private record Due(long nanos, int turn, CompletableFuture<Void> future) {}

  private final PriorityQueue<Due> waiting =
      new PriorityQueue<>(Comparator.comparing(Due::nanos).thenComparing(Due::turn));
  private long now = 1_000_000;
  private int turns;

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public CompletableFuture<Void> after(Duration wait) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    waiting.add(new Due(now + wait.toNanos(), turns++, future));
    return future;
  }

  /** All that is due within this time happens, each thing at its own moment. */
  void advance(Duration by) {
    long end = now + by.toNanos();
    while (!waiting.isEmpty() && waiting.peek().nanos() <= end) {
      Due due = waiting.remove();
      now = Math.max(now, due.nanos());
      due.future().complete(null);
    }
    now = end;
  }
}
