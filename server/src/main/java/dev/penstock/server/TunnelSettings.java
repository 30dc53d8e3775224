package dev.penstock.server;

import dev.penstock.tunnel.TunnelOptions;
import dev.penstock.tunnel.session.SessionLimits;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The tunnel's settings by the names that an operator gives them; their ranges are the tunnel's.
 */
final class TunnelSettings {
  private TunnelSettings() {}

  /**
   * Options with these settings.
   *
   * @throws IllegalArgumentException with the key of the setting that is out of its range
   */
  static TunnelOptions check(
      int streamWindowBytes,
      int replayWindowBytes,
      Duration heartbeat,
      Duration handshakeTimeout,
      Duration resumeTimeout) {
    SessionLimits limits = SessionLimits.DEFAULTS;
    SessionLimits window =
        keyed("replay-window-bytes", () -> limits(limits, replayWindowBytes, limits.heartbeat()));
    SessionLimits both = keyed("heartbeat", () -> limits(window, replayWindowBytes, heartbeat));
    TunnelOptions options = TunnelOptions.DEFAULTS.withLimits(both);
    TunnelOptions streams =
        keyed("stream-window-bytes", () -> options.withStreamWindowBytes(streamWindowBytes));
    TunnelOptions handshake =
        keyed("handshake-timeout", () -> streams.withHandshakeTimeout(handshakeTimeout));
    return keyed("resume-timeout", () -> handshake.withResumeTimeout(resumeTimeout));
  }

  private static SessionLimits limits(SessionLimits base, int replayWindow, Duration heartbeat) {
    return new SessionLimits(replayWindow, base.maxMessageBytes(), heartbeat);
  }

  private static <T> T keyed(String key, Supplier<T> setting) {
    try {
      return setting.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }
}
