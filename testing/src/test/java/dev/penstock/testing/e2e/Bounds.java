package dev.penstock.testing.e2e;

import java.time.Duration;

/** How long tests wait for what has to happen: generous, for machines that do other things too. */
final class Bounds {
  /** For one small call or one change of state. */
  static final Duration EVENT = Duration.ofSeconds(30);

  /** For a short-lived process, such as keytool. */
  static final Duration PROCESS = Duration.ofSeconds(60);

  /** For a transfer of some hundred MiB. */
  static final Duration TRANSFER = Duration.ofMinutes(3);

  /** For a transfer of ten GiB. */
  static final Duration LARGE_TRANSFER = Duration.ofMinutes(9);

  private Bounds() {}
}
