package dev.penstock.client.limits;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A token bucket with a line before it; see {@link RateLimit}, whose lock guards it. The line is as
 * long as there are transfers that wait.
 */
final class Bucket {
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  /** How long an idle bucket takes to fill. */
  private static final double FILLING_TIME_SECONDS = 0.1;

  /** So that a wait of exactly the time told is enough. */
  private static final double ROUNDING_BYTES = 0.5;

  private final Deque<Turn> line = new ArrayDeque<>();
  private OptionalLong bytesPerSecond = OptionalLong.empty();

  /** Below zero: what has been read and must be waited for. */
  private double balanceBytes;

  private long lastNanos;

  boolean isUnlimited() {
    return bytesPerSecond.isEmpty();
  }

  /** Changes the rate; debts stay, and one that was unlimited begins full. */
  void change(OptionalLong rate, long nowNanos) {
    refill(nowNanos);
    boolean wasUnlimited = isUnlimited();
    bytesPerSecond = rate;
    balanceBytes = wasUnlimited ? capacityBytes() : Math.min(balanceBytes, capacityBytes());
    callUp();
  }

  Turn queue(int bytes, long nowNanos) {
    Turn turn = new Turn(bytes);
    line.add(turn);
    refill(nowNanos);
    return turn;
  }

  /** Nanos until the turn comes, if the rate stays and nobody before it leaves; 0: it has come. */
  long nanosUntil(Turn turn, long nowNanos) {
    refill(nowNanos);
    if (turn.hasCome) {
      return 0;
    }
    double owed = -balanceBytes;
    for (Turn before : line) {
      if (before == turn) {
        break;
      }
      owed += before.bytes;
    }
    return (long) Math.ceil(owed / bytesPerSecond.orElseThrow() * NANOS_PER_SECOND);
  }

  /** The turn is not wanted any more. */
  void leave(Turn turn, long nowNanos) {
    if (turn.hasCome) {
      charge(-turn.bytes, nowNanos);
    } else {
      line.remove(turn);
    }
  }

  /** Counts bytes that were read beyond a turn; negative: that a turn was not used for. */
  void charge(long bytes, long nowNanos) {
    refill(nowNanos);
    balanceBytes = Math.min(balanceBytes - bytes, capacityBytes());
    callUp();
  }

  private void refill(long nowNanos) {
    double passedSeconds = Math.max(0, nowNanos - lastNanos) / NANOS_PER_SECOND;
    lastNanos = nowNanos;
    double refilled = balanceBytes + passedSeconds * bytesPerSecond.orElse(0);
    balanceBytes = Math.min(refilled, capacityBytes());
    callUp();
  }

  /** Who stands first may go while nothing is owed, so that the last one to go may leave a debt. */
  private void callUp() {
    while (!line.isEmpty() && (isUnlimited() || balanceBytes >= -ROUNDING_BYTES)) {
      Turn turn = line.remove();
      turn.hasCome = true;
      balanceBytes -= turn.bytes;
    }
  }

  private double capacityBytes() {
    return bytesPerSecond.orElse(0) * FILLING_TIME_SECONDS;
  }
}
