package dev.penstock.testing.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.server.cli.DurationConverter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Five minutes of it; {@code -Dpenstock.soak=30s} for less, {@code =1h} for more. */
class SoakTest {
  @TempDir Path directory;

  @Test
  void soak_failsNothingLeaksNothingAndDoesNotClimb() throws Exception {
    Duration duration = new DurationConverter().convert(System.getProperty("penstock.soak", "5m"));
    long seed = new Random().nextInt(Integer.MAX_VALUE);
    SoakOptions options = new SoakOptions(duration, seed, 8, Duration.ofMinutes(1));
    assertThat(new Soak(options, System.out::println).run(directory)).isTrue();
  }
}
