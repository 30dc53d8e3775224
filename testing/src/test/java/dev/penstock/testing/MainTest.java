package dev.penstock.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What people read first, and when they have mistyped. */
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  static Stream<String> commands() {
    return Main.commandLine().getSubcommands().keySet().stream();
  }

  private int run(String... arguments) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return Main.execute(line, List.of(arguments), Map.of());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void wrongOption_ofAnyCommandIsTwoLines(String command) {
    assertThat(run(command, "--no-such-option")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString().lines()).hasSize(2);
    assertThat(err.toString())
        .startsWith("penstock-testing " + command + ": ")
        .endsWith("See penstock-testing " + command + " --help." + System.lineSeparator());
  }

  @ParameterizedTest
  @CsvSource({
    "proxy --to 127.0.0.1:1 --hop apache, --hop: 'apache' is no hop",
    "proxy --to 127.0.0.1:1 --fault explode, --fault: 'explode' is no fault",
    "websocket http://localhost/, the URL must be ws://",
    "endpoint --listen nowhere, --listen",
    "registry --image app, --image: 'app' is not REPOSITORY:TAG",
    "tunnel --server ws://127.0.0.1:1, --server needs --api",
    "bench --nonsense, Unknown option: '--nonsense'",
    "nonsense, 'nonsense'",
  })
  void whatIsWrong_isNotLostBelowTheHelp(String arguments, String said) {
    assertThat(run(arguments.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains(said).doesNotContain("Usage:");
    assertThat(err.toString().lines())
        .hasSizeLessThanOrEqualTo(4)
        .last()
        .asString()
        .contains("See");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void noArgument_isAnsweredWithTheCommandsThereAre() {
    assertThat(run()).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("Usage: penstock-testing", "websocket");
  }

  /** The list of commands shows the first line of each. */
  @ParameterizedTest
  @MethodSource("commands")
  void firstLine_ofADescriptionIsASentence(String command) {
    assertThat(Main.commandLine().getSubcommands())
        .hasEntrySatisfying(
            command,
            line ->
                assertThat(line.getCommandSpec().usageMessage().description()[0]).endsWith("."));
  }
}
