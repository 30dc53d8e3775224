package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.accept.UpgradeDecision;
import dev.penstock.tunnel.websocket.accept.UpgradeRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gentler limits that a dialer asks for, since the path to the acceptor wants them. In force is
 * the smaller of what was asked for and what the acceptor has.
 *
 * @param heartbeat the time between pings, in the range of {@link SessionLimits}, in whole
 *     milliseconds; null: the acceptor's
 * @param maxMessageBytes the largest binary message, in the range of {@link SessionLimits}; null:
 *     the acceptor's
 */
public record AskedLimits(@Nullable Duration heartbeat, @Nullable Integer maxMessageBytes) {
  /** Asks for nothing. */
  public static final AskedLimits NONE = new AskedLimits(null, null);

  /** Checks the ranges. */
  public AskedLimits {
    SessionLimits usual = SessionLimits.DEFAULTS;
    // Throws for what no acceptor could have.
    var unused =
        new SessionLimits(
            usual.replayWindowBytes(),
            maxMessageBytes == null ? usual.maxMessageBytes() : maxMessageBytes,
            heartbeat == null ? usual.heartbeat() : heartbeat);
  }

  /** As headers of a request. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (heartbeat != null) {
      headers.put(WireProtocol.HEARTBEAT, Long.toString(heartbeat.toMillis()));
    }
    if (maxMessageBytes != null) {
      headers.put(WireProtocol.MAX_MESSAGE, Integer.toString(maxMessageBytes));
    }
    return headers;
  }

  /** What is in force between this dialer and an acceptor with limits of its own. */
  public SessionLimits within(SessionLimits own) {
    Duration asked = heartbeat == null ? own.heartbeat() : heartbeat;
    int bytes = maxMessageBytes == null ? own.maxMessageBytes() : maxMessageBytes;
    return new SessionLimits(
        own.replayWindowBytes(),
        Math.min(bytes, own.maxMessageBytes()),
        asked.compareTo(own.heartbeat()) < 0 ? asked : own.heartbeat());
  }

  /**
   * What {@code decide} says of a request in view of the limits that are then in force, or 400 for
   * one that asks for what makes no sense.
   */
  public static UpgradeDecision decide(
      UpgradeRequest request, SessionLimits own, Function<SessionLimits, UpgradeDecision> decide) {
    SessionLimits inForce;
    try {
      inForce = of(request).within(own);
    } catch (IllegalArgumentException e) {
      return new UpgradeDecision.Refuse(
          400,
          "the limits asked for make no sense: " + e.getMessage(),
          "send %s and %s as the wire protocol has them, or neither"
              .formatted(WireProtocol.HEARTBEAT, WireProtocol.MAX_MESSAGE),
          Map.of());
    }
    return decide.apply(inForce);
  }

  private static AskedLimits of(UpgradeRequest request) {
    Optional<Long> heartbeat = number(request, WireProtocol.HEARTBEAT);
    Optional<Long> bytes = number(request, WireProtocol.MAX_MESSAGE);
    return new AskedLimits(
        heartbeat.map(Duration::ofMillis).orElse(null),
        bytes.map(count -> (int) Math.min(count, Integer.MAX_VALUE)).orElse(null));
  }

  private static Optional<Long> number(UpgradeRequest request, String name) {
    return request
        .header(name)
        .map(
            text ->
                WireProtocol.byteCount(text)
                    .orElseThrow(
                        () -> new IllegalArgumentException(name + " is not a whole number")));
  }
}
