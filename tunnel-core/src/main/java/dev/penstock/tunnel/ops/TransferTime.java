package dev.penstock.tunnel.ops;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of one transfer goes. It waits for one thing at a time, or for nothing, while it
 * works. One reading of the clock for each change.
 *
 * <p>For one thread at a time.
 *
 * @param <C> what it can wait for
 */
public final class TransferTime<C extends Enum<C> & TransferTimes.Cause> {
  private final TransferTimes<C> all;
  private final Map<C, Duration> waited;
  private final long beganNanos;
  private @Nullable C cause;
  private long sinceNanos;
  private boolean isOver;

  TransferTime(TransferTimes<C> all, Class<C> causes) {
    this.all = all;
    this.waited = new EnumMap<>(causes);
    this.beganNanos = all.nanoNow();
    this.sinceNanos = beganNanos;
  }

  /** From now on it waits for this; null: it works. The same as before changes nothing. */
  public void waitsFor(@Nullable C newCause) {
    if (newCause != cause && !isOver) {
      settle(all.nanoNow());
      cause = newCause;
    }
  }

  private void settle(long now) {
    C before = cause;
    if (before != null) {
      waited.merge(before, Duration.ofNanos(now - sinceNanos), Duration::plus);
      all.waited(before, now - sinceNanos);
    }
    sinceNanos = now;
  }

  /** The transfer is over; again is nothing. */
  public void end() {
    if (!isOver) {
      settle(all.nanoNow());
      cause = null;
      isOver = true;
      all.ended(sinceNanos - beganNanos);
    }
  }

  /** What it has come to, the wait under way included; after the end, what it came to. */
  public TimeSpent<C> spent() {
    if (!isOver) {
      settle(all.nanoNow());
    }
    return new TimeSpent<>(Duration.ofNanos(sinceNanos - beganNanos), waited);
  }
}
