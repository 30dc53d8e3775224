package dev.penstock.testing.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * An answer that a registry gives in place of the one that was asked for.
 *
 * @param status of HTTP
 * @param retryAfter the header of that name as it is sent, or null for none
 */
public record Refusal(int status, @Nullable String retryAfter) {
  private static final int TOO_MANY_REQUESTS = 429;

  /** With this status, and without {@code Retry-After}. */
  public static Refusal of(int status) {
    return new Refusal(status, null);
  }

  /** 429, with {@code Retry-After} in seconds. */
  public static Refusal throttled(Duration wait) {
    return new Refusal(TOO_MANY_REQUESTS, String.valueOf(wait.toSeconds()));
  }

  /** 429, with {@code Retry-After} as a date, which is exact to the second. */
  public static Refusal throttledUntil(Instant when) {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(when.atOffset(ZoneOffset.UTC));
    return new Refusal(TOO_MANY_REQUESTS, date);
  }
}
