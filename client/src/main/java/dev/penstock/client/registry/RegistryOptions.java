package dev.penstock.client.registry;

import java.time.Duration;

/**
 * Limits of a {@link RegistryReader}.
 *
 * @param maxManifestBytes the largest manifest that is read into memory
 * @param maxSkippedBytes how much of a blob is read and thrown away to reach an offset, at a
 *     registry that ignores Range
 * @param openingPatience for how long a read is sent again that failed before it brought anything
 * @param patience for how long no byte of a blob may come, over however many connections
 * @param idleTimeout for how long nobody may want bytes of a blob before its connection is let go
 */
public record RegistryOptions(
    int maxManifestBytes,
    long maxSkippedBytes,
    Duration openingPatience,
    Duration patience,
    Duration idleTimeout) {
  /** 4 MiB, which the specification asks every registry to accept; 1 GiB; 3 s; 60 s; 30 s. */
  public static final RegistryOptions DEFAULTS =
      new RegistryOptions(
          4 << 20, 1L << 30, Duration.ofSeconds(3), Duration.ofSeconds(60), Duration.ofSeconds(30));

  ResumeRule resumeRule() {
    return new ResumeRule(
        ResumeRule.DEFAULTS.enoughBytes(),
        ResumeRule.DEFAULTS.mostAttempts(),
        patience,
        idleTimeout);
  }
}
