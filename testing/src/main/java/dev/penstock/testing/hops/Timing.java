package dev.penstock.testing.hops;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a hop bears with a connection.
 *
 * @param idle without a byte in either direction; null for ever
 * @param lifetime from its beginning, whatever goes through; null for ever
 */
record Timing(@Nullable Duration idle, @Nullable Duration lifetime) {
  static final Timing UNLIMITED = new Timing(null, null);

  static Timing idle(Duration idle) {
    return new Timing(idle, null);
  }

  static Timing lifetime(Duration lifetime) {
    return new Timing(null, lifetime);
  }
}
