package dev.penstock.testing.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What is wrong with one direction, on all connections. Any thread. */
final class LaneFaults {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int NO_LIMIT = 0;

  /**
   * A limited line sends its bytes in portions of that time, so that it does not come in bursts.
   */
  private static final int PORTIONS_PER_SECOND = 50;

  @GuardedBy("this")
  private boolean stalled;

  @GuardedBy("this")
  private boolean dropping;

  @GuardedBy("this")
  private Duration delay = Duration.ZERO;

  @GuardedBy("this")
  private int bytesPerSecond = NO_LIMIT;

  @GuardedBy("this")
  private long freeAtNanos;

  @GuardedBy("this")
  private long bytesToTruncation = NEVER;

  synchronized void stall() {
    stalled = true;
  }

  synchronized void drop() {
    dropping = true;
  }

  synchronized void delay(Duration newDelay) {
    delay = newDelay;
  }

  synchronized void limit(int newBytesPerSecond) {
    bytesPerSecond = newBytesPerSecond;
    freeAtNanos = System.nanoTime();
    notifyAll();
  }

  synchronized void truncateAfter(long bytes) {
    bytesToTruncation = bytes;
  }

  synchronized void heal() {
    stalled = false;
    dropping = false;
    delay = Duration.ZERO;
    bytesPerSecond = NO_LIMIT;
    bytesToTruncation = NEVER;
    notifyAll();
  }

  synchronized boolean isDropping() {
    return dropping;
  }

  synchronized Duration delay() {
    return delay;
  }

  /** The most that may be written at once now. */
  synchronized int portion(int bytes) {
    return bytesPerSecond == NO_LIMIT
        ? bytes
        : Math.max(1, Math.min(bytes, bytesPerSecond / PORTIONS_PER_SECOND));
  }

  /** Waits until bytes may go, as long as they may not. */
  synchronized void awaitGo() throws InterruptedException {
    while (stalled) {
      wait();
    }
  }

  /** Waits until the line has room for so many bytes; the limit is shared by all connections. */
  synchronized void awaitRoomFor(int bytes) throws InterruptedException {
    while (bytesPerSecond != NO_LIMIT) {
      long now = System.nanoTime();
      if (freeAtNanos <= now) {
        freeAtNanos = now + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond;
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, freeAtNanos - now);
    }
  }

  /** How many of so many bytes are still to be passed on. */
  synchronized int beforeTruncation(int bytes) {
    if (bytesToTruncation == NEVER) {
      return bytes;
    }
    int left = (int) Math.min(bytes, bytesToTruncation);
    bytesToTruncation -= left;
    return left;
  }
}
