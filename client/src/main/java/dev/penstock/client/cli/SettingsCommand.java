package dev.penstock.client.cli;

import dev.penstock.client.Setting;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code settings}: lists every setting, by what it is about. */
final class SettingsCommand implements Callable<Integer> {
  private static final int KEY_WIDTH = 44;
  private static final int MEANING_WIDTH = 56;

  private @Nullable CommandSpec spec;

  static CommandSpec spec() {
    SettingsCommand command = new SettingsCommand();
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
    command.spec = spec;
    spec.name("settings").mixinStandardHelpOptions(true);
    spec.usageMessage().description("Lists every setting, and where each can be given.");
    return spec;
  }

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.print(
        """
        Each setting is a flag, a key of the YAML file without the dashes in front, and a
        variable: --token-file is token-file and PENSTOCK_TOKEN_FILE. A flag wins over a
        variable, a variable over the file. What is marked + can be given several times: as a
        list in the file, separated by commas in a variable.
        """);
    for (SettingGroup group : SettingGroup.values()) {
      out.printf("%n%s%n%s", group.title(), table(group));
    }
    out.printf("%nSecrets, where no file is named for them: %s%n", secrets());
    return ExitCode.OK.code();
  }

  private static String secrets() {
    return String.join(
        "\n  ",
        Stream.concat(Stream.of(""), Stream.of(SecretVariable.values()).map(SecretVariable::name))
            .toList());
  }

  private static TextTable table(SettingGroup group) {
    TextTable table =
        TextTable.forColumns(
            Help.defaultColorScheme(Help.Ansi.OFF),
            new Column(KEY_WIDTH, 2, Overflow.SPAN),
            new Column(MEANING_WIDTH, 1, Overflow.WRAP));
    Stream.of(Setting.values())
        .filter(setting -> SettingGroup.of(setting) == group)
        .forEach(setting -> table.addRowValues(flag(setting), text(setting.description())));
    return table;
  }

  private static Text flag(Setting setting) {
    return text(
        "--%s %s%s".formatted(setting.key(), setting.label(), setting.isRepeatable() ? " +" : ""));
  }

  private static Text text(String plain) {
    return Help.Ansi.OFF.text(plain.replace("@|", "@ |"));
  }
}
