package dev.penstock.testing.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Five minutes of it; {@code -Dpenstock.soak=30s} for less, {@code =1h} for more. */
class SoakTest {
  @Test
  void soak_failsNothingLeaksNothingAndDoesNotClimb() {
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new SoakCommand())
            .setOut(new PrintWriter(System.out, true, Charset.defaultCharset()))
            .setErr(new PrintWriter(err))
            .execute("--duration", System.getProperty("penstock.soak", "5m"));
    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
  }

  @Test
  void badDuration_isAnErrorThatSaysWhatIsAccepted() {
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new SoakCommand())
            .setErr(new PrintWriter(err))
            .execute("--duration", "long");
    assertThat(exit).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("'long'", "--duration");
  }
}
