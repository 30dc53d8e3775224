package dev.penstock.testing.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What a registry has done for one blob; any thread may read it. */
public final class Traffic {
  private final AtomicLong bytesWritten = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private long transfersBegun;

  @GuardedBy("lock")
  private long transfersOpen;

  Traffic() {}

  /** Body bytes that the operating system took from the registry, in pieces of up to 128 KiB. */
  public long bytesWritten() {
    return bytesWritten.get();
  }

  /** Bodies begun, whether or not they ended. */
  public long transfersBegun() {
    lock.lock();
    try {
      return transfersBegun;
    } finally {
      lock.unlock();
    }
  }

  /** Bodies begun and neither sent whole nor cut off by the end of their connection. */
  public long transfersOpen() {
    lock.lock();
    try {
      return transfersOpen;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so many bodies are open; false if that took longer than {@code bound}. */
  public boolean awaitTransfersOpen(long count, Duration bound) throws InterruptedException {
    long nanos = bound.toNanos();
    lock.lock();
    try {
      while (transfersOpen != count && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return transfersOpen == count;
    } finally {
      lock.unlock();
    }
  }

  void wrote(long bytes) {
    bytesWritten.addAndGet(bytes);
  }

  void begun() {
    lock.lock();
    try {
      transfersBegun++;
      transfersOpen++;
      changed.signalAll(); // Whoever waits for a number of open transfers looks again.
    } finally {
      lock.unlock();
    }
  }

  void ended() {
    lock.lock();
    try {
      transfersOpen--;
      changed.signalAll(); // As above.
    } finally {
      lock.unlock();
    }
  }
}
