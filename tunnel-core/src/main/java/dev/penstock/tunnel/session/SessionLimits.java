package dev.penstock.tunnel.session;

import java.time.Duration;

/**
 * The limits in force for a session. The acceptor decides; its answer to the upgrade states them.
 *
 * @param replayWindowBytes how many bytes one side may have sent without the other's
 *     acknowledgement, 1 MiB to 64 MiB
 * @param maxMessageBytes the largest binary message, 1 KiB to 1 MiB
 * @param heartbeat the time between pings, 1 s to 5 min
 */
public record SessionLimits(int replayWindowBytes, int maxMessageBytes, Duration heartbeat) {
  private static final int KIB = 1024;
  private static final int MIB = 1024 * 1024;
  private static final Duration MIN_HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration MAX_HEARTBEAT = Duration.ofMinutes(5);

  public static final SessionLimits DEFAULTS =
      new SessionLimits(8 * MIB, 128 * KIB, Duration.ofSeconds(20));

  public SessionLimits {
    check("replay window", replayWindowBytes, MIB, 64 * MIB, "bytes");
    check("largest message", maxMessageBytes, KIB, MIB, "bytes");
    if (heartbeat.compareTo(MIN_HEARTBEAT) < 0 || heartbeat.compareTo(MAX_HEARTBEAT) > 0) {
      throw new IllegalArgumentException(
          "heartbeat is %s; accepted are %s to %s"
              .formatted(heartbeat, MIN_HEARTBEAT, MAX_HEARTBEAT));
    }
  }

  private static void check(String name, int value, int min, int max, String unit) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d %s; accepted are %d to %d".formatted(name, value, unit, min, max));
    }
  }
}
