package dev.penstock.server.relay;

import java.time.Duration;

/**
 * When a blob that goes on asks again for room, and until when.
 *
 * <p>A client counts the transfers that its customer allows at once. One that lost its tunnel may
 * still be counted there while that tunnel waits for its next connection, so that there is no room
 * for its own continuation. The room comes, as the client gives such a tunnel up.
 *
 * <p>For one thread at a time.
 */
final class RoomWait {
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final long longestNanos;
  private boolean isWaiting;
  private boolean isDue;
  private long sinceNanos;
  private long againNanos;

  RoomWait(Duration longest) {
    longestNanos = longest.toNanos();
  }

  /** There was no room: whether it will be asked again. */
  boolean again(long nowNanos) {
    if (!isWaiting) {
      isWaiting = true;
      sinceNanos = nowNanos;
    }
    isDue = nowNanos - sinceNanos < longestNanos;
    againNanos = nowNanos + PAUSE_NANOS;
    return isDue;
  }

  /** Whether it is time to ask again; once. */
  boolean takeDue(long nowNanos) {
    boolean isNow = isDue && nowNanos - againNanos >= 0;
    isDue &= !isNow;
    return isNow;
  }

  /** There was room, and the blob moves. */
  void moves() {
    isWaiting = false;
  }
}
