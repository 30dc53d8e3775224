package dev.penstock.client.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryAfterTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T09:00:00Z"), ZoneOffset.UTC);

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "120, 120", "' 7 ', 7", "999999999, 999999999"})
  void seconds_areTakenAsTheyAre(String text, long seconds) {
    assertThat(parse(text)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sat, 21 Nov 2026 09:00:00 GMT | 0",
        "Sat, 21 Nov 2026 09:00:30 GMT | 30",
        "Sun, 22 Nov 2026 09:00:00 GMT | 86400",
        "Sat, 21 Nov 2026 08:00:00 GMT | 0",
        "Thu, 1 Jan 1970 00:00:00 GMT  | 0",
      })
  void date_isAWaitFromNowOnAndNeverNegative(String text, long seconds) {
    assertThat(parse(text)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "soon",
        "-1",
        "+1",
        "1.5",
        "1s",
        "0x10",
        "10000000000",
        "\u0661",
        "Sat, 21 Nov 2026",
        "Mon, 21 Nov 2026 09:00:30 GMT",
        "2026-11-21T09:00:30Z",
        "1, 2"
      })
  void rubbish_isAsIfItWereNotThere(String text) {
    assertThat(parse(text)).isEmpty();
  }

  private static Optional<Duration> parse(String text) {
    return RetryAfter.parse(text, CLOCK);
  }
}
