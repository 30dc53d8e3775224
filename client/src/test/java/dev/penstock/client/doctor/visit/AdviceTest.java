package dev.penstock.client.doctor.visit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.doctor.probe.FakePath;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AdviceTest {
  private final UpperFindings found = new UpperFindings(new FakePath());

  @ParameterizedTest
  @CsvSource({"60, 20", "59, 19", "30, 10", "15, 5", "12, 5", "8, 4", "3, 1", "1, 1", "900, 20"})
  void heartbeat_isAThirdOfTheIdleLimit_andNeverSlowerThanUsual(int limit, int heartbeat) {
    found.largestMessage(1 << 20);
    found.idleLimit(Duration.ofSeconds(limit));
    assertThat(advice().heartbeat()).isEqualTo(Duration.ofSeconds(heartbeat));
  }

  @ParameterizedTest
  @CsvSource({"1048576, 131072", "131072, 131072", "131071, 65536", "65536, 65536", "5, 1024"})
  void message_isTheLargestPowerOfTwoThatPasses(int largest, int setting) {
    found.largestMessage(largest);
    assertThat(advice().maxMessageBytes()).isEqualTo(setting);
  }

  @Test
  void allTogether_areASnippetToPaste() {
    found.largestMessage(70_000);
    found.idleLimit(Duration.ofSeconds(30));
    found.lifetimeLimit(Duration.ofMinutes(5));
    assertThat(advice().snippet())
        .isEqualTo("heartbeat: 10s\nmax-message-bytes: 65536\nmax-carrier-age: 240s\n");
  }

  @Test
  void defaults_areCommentsThatSayWhetherTheyWereTried() {
    found.largestMessage(1 << 20);
    assertThat(advice().snippet())
        .isEqualTo(
            """
            # heartbeat: 20s is the default; --long finds out whether the path needs less
            # max-message-bytes: 131072, the default, fits: it passes
            # max-carrier-age: none is the default; --long finds out whether the path needs one
            """);
    found.watched();
    found.lifetimeLimit(Duration.ofMinutes(5));
    assertThat(advice().snippet())
        .startsWith("# heartbeat: 20s, the default, fits: no shorter silence was cut\n")
        .endsWith("\nmax-carrier-age: 240s\n");
  }

  @Test
  void pathThatPassesNothing_getsNoAdvice() {
    assertThat(Advice.of(found)).isEmpty();
  }

  private Advice advice() {
    return Advice.of(found).orElseThrow();
  }
}
