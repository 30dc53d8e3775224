package dev.penstock.client.cli;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.check.Check;
import dev.penstock.client.check.Finding;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code check}: tries what {@code run} would use, and tells each thing on a line. */
final class CheckCommand implements Callable<Integer> {
  private static final String LINE = "%-8s %-26s %s%n";

  private final Map<String, String> environment;
  private @Nullable CommandSpec spec;

  private CheckCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  static CommandSpec spec(Map<String, String> environment) {
    CheckCommand command = new CheckCommand(environment);
    CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
    command.spec = spec;
    spec.name("check").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .sortOptions(false)
        .customSynopsis("penstock-client check [the settings of run]")
        .description(
            "Tries a configuration: its files, the server and each registry.",
            "A registry's 401 proves the way to it. Attaches to nothing, shows the token to"
                + " nobody, and ends within about a minute.")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.list())
        .footer(SettingOptions.FOOTER);
    SettingOptions.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() {
    CommandSpec command = Objects.requireNonNull(spec);
    ClientConfig config = SettingOptions.config(command, environment);
    PrintWriter out = command.commandLine().getOut();
    out.printf(LINE, "ok", "configuration", source(command));
    return ExitCode.of(Check.run(config, environment, finding -> print(out, finding))).code();
  }

  private String source(CommandSpec command) {
    String file = SettingOptions.file(command.commandLine().getParseResult(), environment);
    return file == null ? "no file" : "in " + file;
  }

  private static void print(PrintWriter out, Finding finding) {
    out.printf(LINE, finding.outcome().word(), finding.subject(), finding.seen());
    if (!finding.advice().isEmpty()) {
      out.printf(LINE, "", "", "-> " + finding.advice());
    }
    out.flush();
  }
}
