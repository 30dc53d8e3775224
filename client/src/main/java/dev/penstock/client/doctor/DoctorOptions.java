package dev.penstock.client.doctor;

import dev.penstock.client.doctor.registries.ManifestName;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a doctor is asked to try beyond the usual.
 *
 * @param watch for how long to look for the idle and the lifetime limit; null: not at all
 * @param manifest what to read from a registry; null: what is found there
 */
public record DoctorOptions(@Nullable Duration watch, @Nullable ManifestName manifest) {
  /** The usual, which takes seconds. */
  public static final DoctorOptions DEFAULTS = new DoctorOptions(null, null);

  private static final Duration SHORTEST = Duration.ofSeconds(10);

  /** The server ends probes after two hours. */
  private static final Duration LONGEST = Duration.ofMinutes(110);

  /** Checks the range. */
  public DoctorOptions {
    if (watch != null && (watch.compareTo(SHORTEST) < 0 || watch.compareTo(LONGEST) > 0)) {
      throw new IllegalArgumentException(
          "long: accepted is %ds to %dm".formatted(SHORTEST.toSeconds(), LONGEST.toMinutes()));
    }
  }
}
