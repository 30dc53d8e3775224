package dev.penstock.tunnel;

import dev.penstock.tunnel.session.SessionLimits;
import java.time.Duration;

/**
 * Settings of a tunnel that both ends have. Immutable.
 *
 * @param handshakeTimeout from the first packet to an attached tunnel, 100 ms to 5 min
 * @param resumeTimeout how long a tunnel without a connection waits for the next one before it
 *     ends, 1 s to 1 h; each end has its own
 * @param limits replay window, largest message and heartbeat; the acceptor's are in force
 * @param streamWindowBytes the HTTP/2 window of each stream: how much a sender may have under way
 *     to a reader that does not read, 64 KiB to 64 MiB. A tunnel holds at most {@code maxStreams}
 *     times this for streams that stall
 * @param maxStreams how many calls may run in one tunnel at once, 1 to 10,000; further calls wait
 */
public record TunnelOptions(
    Duration handshakeTimeout,
    Duration resumeTimeout,
    SessionLimits limits,
    int streamWindowBytes,
    int maxStreams) {

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** 10 s; 60 s; the limits of {@link SessionLimits#DEFAULTS}; 4 MiB; 100 streams. */
  public static final TunnelOptions DEFAULTS =
      new TunnelOptions(
          Duration.ofSeconds(10), Duration.ofSeconds(60), SessionLimits.DEFAULTS, 4 * MIB, 100);

  public TunnelOptions {
    check("handshake timeout", handshakeTimeout.toMillis(), 100, 300_000, "ms");
    check("resume timeout", resumeTimeout.toMillis(), 1_000, 3_600_000, "ms");
    check("stream window", streamWindowBytes, 64 * KIB, 64 * MIB, "bytes");
    check("streams", maxStreams, 1, 10_000, "calls");
  }

  public TunnelOptions withHandshakeTimeout(Duration timeout) {
    return new TunnelOptions(timeout, resumeTimeout, limits, streamWindowBytes, maxStreams);
  }

  public TunnelOptions withResumeTimeout(Duration timeout) {
    return new TunnelOptions(handshakeTimeout, timeout, limits, streamWindowBytes, maxStreams);
  }

  public TunnelOptions withLimits(SessionLimits newLimits) {
    return new TunnelOptions(
        handshakeTimeout, resumeTimeout, newLimits, streamWindowBytes, maxStreams);
  }

  public TunnelOptions withStreamWindowBytes(int bytes) {
    return new TunnelOptions(handshakeTimeout, resumeTimeout, limits, bytes, maxStreams);
  }

  public TunnelOptions withMaxStreams(int streams) {
    return new TunnelOptions(handshakeTimeout, resumeTimeout, limits, streamWindowBytes, streams);
  }

  private static void check(String name, long value, long min, long max, String unit) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d %s; accepted are %d to %d".formatted(name, value, unit, min, max));
    }
  }
}
