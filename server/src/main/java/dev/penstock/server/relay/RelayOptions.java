package dev.penstock.server.relay;

import dev.penstock.server.route.RouteOptions;
import java.time.Duration;

/**
 * How patient the relay is.
 *
 * @param route how calls wait for a client
 * @param stallTimeout the progress deadline of the leg from a client: for how long it may send
 *     nothing that was asked of it, 1 s to 1 h
 * @param callerStallTimeout the progress deadline of the leg to a caller: for how long it may take
 *     nothing, 1 s to 24 h
 * @param moveAfter for how long a tunnel may be without a connection before a call goes on with
 *     another client, if there is one
 */
public record RelayOptions(
    RouteOptions route, Duration stallTimeout, Duration callerStallTimeout, Duration moveAfter) {

  /** Those of {@link RouteOptions#DEFAULTS}; 2 min, 10 min, 2 s. */
  public static final RelayOptions DEFAULTS =
      new RelayOptions(
          RouteOptions.DEFAULTS,
          Duration.ofMinutes(2),
          Duration.ofMinutes(10),
          Duration.ofSeconds(2));

  /** Checks the ranges. */
  public RelayOptions {
    check("stall-timeout", stallTimeout, Duration.ofHours(1));
    check("caller-stall-timeout", callerStallTimeout, Duration.ofDays(1));
  }

  private static void check(String name, Duration value, Duration longest) {
    if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(longest) > 0) {
      throw new IllegalArgumentException(
          "%s is %s; accepted are PT1S to %s".formatted(name, value, longest));
    }
  }
}
