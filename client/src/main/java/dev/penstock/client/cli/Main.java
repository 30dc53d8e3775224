package dev.penstock.client.cli;

import java.io.InputStream;
import java.util.Map;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code penstock-client.jar}; it ends with an {@link ExitCode}. */
public final class Main {
  private Main() {}

  /** Runs a command and exits. */
  public static void main(String[] args) {
    // Not logback.xml: in one class path with other programs, theirs must not be ours.
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "penstock-client-logback.xml");
    }
    NettyMemory.setDefaults();
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.exit(commandLine(System.getenv(), System.in).execute(args));
  }

  /**
   * The commands.
   *
   * @param in where answers come from, unless there is a console
   */
  static CommandLine commandLine(Map<String, String> environment, InputStream in) {
    CommandSpec root = CommandSpec.create().name("penstock-client").mixinStandardHelpOptions(true);
    root.usageMessage()
        .description("Serves the registries of this network through a tunnel that it dials.")
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.list())
        .footer("", "Begin with: penstock-client init");
    root.version(Version.text());
    root.addSubcommand("init", InitCommand.spec(environment, in));
    root.addSubcommand("check", CheckCommand.spec(environment));
    root.addSubcommand("doctor", DoctorCommand.spec(environment));
    root.addSubcommand("run", RunCommand.spec(environment));
    root.addSubcommand("settings", SettingsCommand.spec());
    root.addSubcommand("policy", PolicyCommand.spec(environment));
    CommandLine commandLine = new CommandLine(root);
    commandLine.setParameterExceptionHandler(
        (wrong, arguments) -> {
          wrong.getCommandLine().getErr().println(root.name() + ": " + wrong.getMessage());
          wrong.getCommandLine().getErr().println("See --help.");
          return ExitCode.CONFIGURATION.code();
        });
    return commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println(root.name() + ": " + failure.getMessage());
          return ExitCode.FAILED.code();
        });
  }
}
