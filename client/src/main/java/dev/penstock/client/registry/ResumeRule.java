package dev.penstock.client.registry;

import java.time.Duration;

/**
 * When a body that broke off is asked for again: for as long as it moves.
 *
 * <p>After the rule of {@code containers/image} ({@code docker/body_reader.go}): go on when enough
 * bytes came since the last attempt, or when some came in a long time; stop when neither is so.
 * What differs: 64 KiB are enough, not a MiB, so that a slow line that is often cut is one that
 * moves; an attempt that brings nothing is followed by some more, with waits in between, so that a
 * registry may be restarted; and nothing goes on for ever without a byte.
 *
 * @param enoughBytes what an attempt has to bring to be counted as a success
 * @param mostAttempts how many that are none may follow each other
 * @param patience for how long no byte at all may come, over all attempts
 * @param idleTimeout for how long nobody may want bytes before the connection is let go
 */
record ResumeRule(long enoughBytes, int mostAttempts, Duration patience, Duration idleTimeout) {
  static final ResumeRule DEFAULTS =
      new ResumeRule(64 << 10, 12, Duration.ofSeconds(60), Duration.ofSeconds(30));
}
