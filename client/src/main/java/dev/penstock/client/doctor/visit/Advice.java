package dev.penstock.client.doctor.visit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the client's settings should be on this path.
 *
 * @param heartbeat how often a tunnel that has nothing to say is kept alive
 * @param maxMessageBytes of a tunnel
 * @param maxCarrierAge at which a connection is replaced; zero: never
 * @param isWatched whether limits in time were looked for; without that nobody knows of any
 */
public record Advice(
    Duration heartbeat, int maxMessageBytes, Duration maxCarrierAge, boolean isWatched) {
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 128 << 10;
  public static final int MIN_MESSAGE_BYTES = 1 << 10;
  private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(20);
  private static final Duration SHORT_HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration SHORTEST_HEARTBEAT = Duration.ofSeconds(1);

  /** A limit of 60 s may be seen after 59.9 s. */
  private static final Duration ROUNDING = Duration.ofMillis(500);

  /** What a client does that is told nothing. */
  public static final Advice DEFAULTS =
      new Advice(DEFAULT_HEARTBEAT, DEFAULT_MAX_MESSAGE_BYTES, Duration.ZERO, true);

  /** From what was found; empty when no message came through, for then no setting helps. */
  public static Optional<Advice> of(UpperFindings found) {
    return found.largestMessage().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Advice(
                found.idleLimit().map(Advice::heartbeat).orElse(DEFAULT_HEARTBEAT),
                messageBytes(found.largestMessage().getAsInt()),
                found.lifetimeLimit().map(Advice::carrierAge).orElse(Duration.ZERO),
                found.isWatched()));
  }

  /** Two pings may be lost before the limit; of a very short limit, one. */
  public static Duration heartbeat(Duration idleLimit) {
    Duration third = Duration.ofSeconds(idleLimit.plus(ROUNDING).dividedBy(3).toSeconds());
    Duration half = Duration.ofSeconds(idleLimit.dividedBy(2).toSeconds());
    Duration wanted = max(third, min(SHORT_HEARTBEAT, half));
    return max(SHORTEST_HEARTBEAT, min(DEFAULT_HEARTBEAT, wanted));
  }

  private static int messageBytes(int largest) {
    int fits = Integer.highestOneBit(largest);
    return Math.max(MIN_MESSAGE_BYTES, Math.min(DEFAULT_MAX_MESSAGE_BYTES, fits));
  }

  /** Early enough that a move to the next connection is over by then. */
  public static Duration carrierAge(Duration lifetimeLimit) {
    return max(
        Duration.ofSeconds(1),
        Duration.ofSeconds(lifetimeLimit.multipliedBy(4).dividedBy(5).toSeconds()));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** The settings that differ from the defaults, by key, as a file would have them. */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    if (!heartbeat.equals(DEFAULTS.heartbeat)) {
      settings.put("heartbeat", heartbeat.toSeconds() + "s");
    }
    if (maxMessageBytes != DEFAULTS.maxMessageBytes) {
      settings.put("max-message-bytes", maxMessageBytes);
    }
    if (!maxCarrierAge.equals(DEFAULTS.maxCarrierAge)) {
      settings.put("max-carrier-age", maxCarrierAge.toSeconds() + "s");
    }
    return settings;
  }

  /**
   * All three as YAML, a line each: the defaults as comments, with whether they are known to fit.
   */
  public String snippet() {
    Map<String, Object> settings = settings();
    return line(
            settings,
            "heartbeat",
            isWatched
                ? "20s, the default, fits: no shorter silence was cut"
                : "20s is the default; --long finds out whether the path needs less")
        + line(
            settings,
            "max-message-bytes",
            DEFAULT_MAX_MESSAGE_BYTES + ", the default, fits: it passes")
        + line(
            settings,
            "max-carrier-age",
            isWatched
                ? "none, the default, fits: no connection was cut for its age"
                : "none is the default; --long finds out whether the path needs one");
  }

  private static String line(Map<String, Object> settings, String key, String otherwise) {
    Object value = settings.get(key);
    return value == null
        ? "# %s: %s%n".formatted(key, otherwise)
        : "%s: %s%n".formatted(key, value);
  }
}
