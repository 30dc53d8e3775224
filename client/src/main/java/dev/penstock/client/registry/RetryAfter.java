package dev.penstock.client.registry;

import dev.penstock.client.registry.http.HttpFields;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** How long a server asks to be left alone (RFC 9110 §10.2.3): seconds, or a date. */
final class RetryAfter {
  private RetryAfter() {}

  /** Empty when it does not say, or nothing that can be understood; never negative. */
  static Optional<Duration> of(HttpFields headers, Clock clock) {
    return headers.firstValue("Retry-After").flatMap(text -> parse(text, clock));
  }

  static Optional<Duration> parse(String value, Clock clock) {
    String text = value.strip();
    if (text.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), date);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
