package dev.penstock.client.doctor.visit;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.doctor.probe.ProbeSource;
import java.time.Duration;
import java.util.Optional;

/**
 * What one run of the doctor has found so far. One thread at a time.
 *
 * <p>A layer that failed blocks those above it: they are told by {@link #blockedBy}, and skip.
 */
public final class Visit {
  private final ClientConfig config;
  private final Duration bound;
  private final PathFindings path = new PathFindings();
  private final UpperFindings upper;
  private Optional<String> blockedBy = Optional.empty();

  /**
   * Of a configuration.
   *
   * @param bound how long one layer may take
   * @param probes what the layers above the upgrade open lines with
   */
  public Visit(ClientConfig config, Duration bound, ProbeSource probes) {
    this.config = config;
    this.bound = bound;
    this.upper = new UpperFindings(probes);
  }

  public ClientConfig config() {
    return config;
  }

  public Duration bound() {
    return bound;
  }

  /** What the lower layers found. */
  public PathFindings path() {
    return path;
  }

  /** What is known above the upgrade. */
  public UpperFindings upper() {
    return upper;
  }

  /** The layer below that failed so that this one cannot be examined. */
  public Optional<String> blockedBy() {
    return blockedBy;
  }

  public void block(String layer) {
    blockedBy = Optional.of(layer);
  }
}
