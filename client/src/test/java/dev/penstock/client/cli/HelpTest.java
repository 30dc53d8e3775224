package dev.penstock.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read first. */
final class HelpTest {
  private static final int SCREEN_LINES = 40;
  private static final int SCREEN_COLUMNS = 80;

  @ParameterizedTest
  @ValueSource(
      strings = {"", "init", "check", "doctor", "run", "settings", "policy", "policy test"})
  void help_fitsAScreen(String command) {
    String[] arguments = (command + " --help").strip().split(" ", -1);
    Ran help = Ran.with(arguments);
    assertThat(help.code()).isZero();
    assertThat(help.out().lines()).hasSizeBetween(4, SCREEN_LINES);
    assertThat(help.out().lines()).allMatch(line -> line.length() <= SCREEN_COLUMNS);
  }

  @Test
  void everyCommand_isInTheTestAbove() {
    assertThat(Main.commandLine(Map.of(), System.in).getSubcommands().keySet())
        .containsExactly("init", "check", "doctor", "run", "settings", "policy");
  }

  @Test
  void settings_listsEachOnce_andEverySecret() {
    Ran settings = Ran.with("settings");
    assertThat(settings.code()).isZero();
    for (Setting setting : Setting.values()) {
      assertThat(settings.out().lines())
          .filteredOn(line -> line.strip().startsWith("--" + setting.key() + " "))
          .as(setting.key())
          .hasSize(1);
    }
    assertThat(settings.out())
        .contains(Stream.of(SecretVariable.values()).map(Enum::name).toList());
    assertThat(settings.out().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void exitCodes_areInReadmeAndHelp() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String help = Ran.with("--help").out();
    for (ExitCode exitCode : ExitCode.values()) {
      assertThat(readme).contains("| %d | %s |".formatted(exitCode.code(), exitCode.meaning()));
      assertThat(help).contains("%d   %s".formatted(exitCode.code(), exitCode.meaning()));
    }
  }
}
