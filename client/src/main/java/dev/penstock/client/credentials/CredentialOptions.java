package dev.penstock.client.credentials;

import java.time.Duration;

/**
 * Limits of a {@link CredentialStore}.
 *
 * @param helperTimeout after which a helper and its children are killed
 * @param maxHelperOutputBytes of a helper's answer; who writes more is killed
 * @param maxHelpers that run at once; others wait for them
 * @param keepAnswers for how long a helper's answer is good
 * @param keepFailures for how long that a helper failed or had nothing is; also how old an answer
 *     must be to be dropped when a registry refuses it, so that a registry that refuses everything
 *     does not start a helper for each request
 */
public record CredentialOptions(
    Duration helperTimeout,
    int maxHelperOutputBytes,
    int maxHelpers,
    Duration keepAnswers,
    Duration keepFailures) {
  /** 30 s; 64 KiB; 4; 5 min; 10 s. */
  public static final CredentialOptions DEFAULTS =
      new CredentialOptions(
          Duration.ofSeconds(30), 64 << 10, 4, Duration.ofMinutes(5), Duration.ofSeconds(10));

  /** Checks the ranges. */
  public CredentialOptions {
    require(helperTimeout.compareTo(Duration.ZERO) > 0, "helperTimeout must be above 0");
    require(maxHelperOutputBytes > 0, "maxHelperOutputBytes must be above 0");
    require(maxHelpers > 0 && maxHelpers <= 64, "maxHelpers must be 1 to 64");
    require(!keepAnswers.isNegative(), "keepAnswers must not be negative");
    require(!keepFailures.isNegative(), "keepFailures must not be negative");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(rule);
    }
  }
}
