package dev.penstock.client.limits;

import java.util.Map;

/**
 * The limits in force.
 *
 * @param total of all registries together
 * @param registries of single registries, by name; one that is not here has no limit of its own
 */
public record Limits(Limit total, Map<String, Limit> registries) {
  /** Limits nothing. */
  public static final Limits NONE = new Limits(Limit.NONE, Map.of());

  /** Copies. */
  public Limits {
    registries = Map.copyOf(registries);
  }

  /** A registry's own limit. */
  public Limit of(String registry) {
    return registries.getOrDefault(registry, Limit.NONE);
  }

  /** For a log line. */
  public String summary() {
    return "transfers=%s, bytes-per-second=%s, registries with limits of their own=%d"
        .formatted(
            total.transfers().isPresent() ? total.transfers().getAsInt() : "unlimited",
            total.bytesPerSecond().isPresent() ? total.bytesPerSecond().getAsLong() : "unlimited",
            registries.size());
  }
}
