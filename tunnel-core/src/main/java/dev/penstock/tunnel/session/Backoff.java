package dev.penstock.tunnel.session;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before the next dial.
 *
 * <p>Doubles from a first step to a longest; each wait is drawn at random from the upper half of
 * its step, so that a thousand clients that lost one server come back spread out. After a definite
 * refusal (401, 403) it is {@link #REFUSED}, likewise jittered: somebody has to act first, but a
 * token may be created a minute from now. A server that names a time is not asked sooner, unless
 * that is later than {@link #LONGEST_ASKED}: a hop that says "next year" must not take a customer
 * off the line for good. One thread.
 */
final class Backoff {
  /** The first step for a new session. */
  static final Duration FIRST = Duration.ofMillis(500);

  static final Duration LONGEST = Duration.ofSeconds(30);

  /** The steps for the next carrier of a session, whose calls are waiting. */
  static final Duration FIRST_TO_RESUME = Duration.ofMillis(100);

  static final Duration LONGEST_TO_RESUME = Duration.ofSeconds(3);

  static final Duration REFUSED = Duration.ofSeconds(60);
  static final Duration LONGEST_ASKED = Duration.ofHours(1);

  private final RandomGenerator random;
  private final Duration first;
  private final Duration longest;
  private Duration step;

  private Backoff(RandomGenerator random, Duration first, Duration longest) {
    this.random = random;
    this.first = first;
    this.longest = longest;
    this.step = first;
  }

  static Backoff toAttach(RandomGenerator random) {
    return new Backoff(random, FIRST, LONGEST);
  }

  static Backoff toResume(RandomGenerator random) {
    return new Backoff(random, FIRST_TO_RESUME, LONGEST_TO_RESUME);
  }

  /** The last dial succeeded. */
  void reset() {
    step = first;
  }

  /**
   * The wait after a failure.
   *
   * @param retryAfter what the server asked for; null when it did not
   */
  Duration next(boolean refused, @Nullable Duration retryAfter) {
    Duration base = refused ? REFUSED : step;
    step = shorter(step.multipliedBy(2), longest);
    Duration wait = jittered(base);
    if (retryAfter == null || retryAfter.compareTo(wait) <= 0) {
      return wait;
    }
    return shorter(retryAfter, LONGEST_ASKED).plus(jittered(FIRST));
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private Duration jittered(Duration base) {
    long nanos = base.toNanos();
    return Duration.ofNanos(nanos / 2 + random.nextLong(nanos / 2 + 1));
  }
}
