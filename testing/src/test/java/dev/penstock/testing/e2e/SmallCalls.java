package dev.penstock.testing.e2e;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.registry.v1.StatBlobRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A small call every 10 ms, until it is stopped; remembers which failed, and the longest. */
final class SmallCalls {
  private static final long PAUSE_MILLIS = 10;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;

  @GuardedBy("this")
  private final List<String> failures = new ArrayList<>();

  @GuardedBy("this")
  private long longestNanos;

  @GuardedBy("this")
  private int count;

  private SmallCalls(RegistryBlockingStub caller, StatBlobRequest request) {
    thread = new Thread(() -> run(caller, request), "small-calls");
  }

  static SmallCalls start(RegistryBlockingStub caller, StatBlobRequest request) {
    SmallCalls calls = new SmallCalls(caller, request);
    calls.thread.start();
    return calls;
  }

  private void run(RegistryBlockingStub caller, StatBlobRequest request) {
    try {
      while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        call(caller.withDeadlineAfter(Bounds.EVENT.toMillis(), TimeUnit.MILLISECONDS), request);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void call(RegistryBlockingStub caller, StatBlobRequest request) {
    long start = System.nanoTime();
    String failure = "";
    try {
      caller.statBlob(request);
    } catch (StatusRuntimeException e) {
      failure = e.getStatus().toString();
    }
    note(System.nanoTime() - start, failure);
  }

  private synchronized void note(long nanos, String failure) {
    count++;
    longestNanos = Math.max(longestNanos, nanos);
    if (!failure.isEmpty()) {
      failures.add(failure);
    }
  }

  void stop() throws InterruptedException {
    stopped.countDown();
    thread.join(Bounds.EVENT.toMillis());
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  synchronized Duration longest() {
    return Duration.ofNanos(longestNanos);
  }

  synchronized int count() {
    return count;
  }
}
