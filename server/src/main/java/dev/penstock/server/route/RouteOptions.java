package dev.penstock.server.route;

import java.time.Duration;

/**
 * How calls wait for a client.
 *
 * @param attachWait for how long a call waits, 0 to 10 min
 * @param maxWaitingCalls how many calls may wait at once, in all, 0 to 100,000; a quarter of them
 *     for one tunnel id
 */
public record RouteOptions(Duration attachWait, int maxWaitingCalls) {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
  private static final int MOST_WAITING = 100_000;
  private static final int SHARES = 4;

  /** 10 s, and 1,000 calls. */
  public static final RouteOptions DEFAULTS = new RouteOptions(Duration.ofSeconds(10), 1_000);

  /** Checks the ranges. */
  public RouteOptions {
    if (attachWait.isNegative() || attachWait.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException(
          "attach-wait is " + attachWait + "; accepted are 0 to 10m");
    }
    if (maxWaitingCalls < 0 || maxWaitingCalls > MOST_WAITING) {
      throw new IllegalArgumentException(
          "max-waiting-calls is " + maxWaitingCalls + "; accepted are 0 to 100,000");
    }
  }

  /** The share of the room that the calls to one tunnel id may have. */
  int mostWaitingForOne() {
    return (maxWaitingCalls + SHARES - 1) / SHARES;
  }
}
