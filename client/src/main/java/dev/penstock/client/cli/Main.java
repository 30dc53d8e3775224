package dev.penstock.client.cli;

import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code penstock-client.jar}. Exit codes: 0 help was asked for, 1 the client could not start, 2
 * the command line or a setting is wrong; a signal ends it with the signal's own.
 */
public final class Main {
  private Main() {}

  /** Runs a command and exits. */
  public static void main(String[] args) {
    // Not logback.xml: in one class path with other programs, theirs must not be ours.
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "penstock-client-logback.xml");
    }
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandSpec root = CommandSpec.create().name("penstock-client").mixinStandardHelpOptions(true);
    root.usageMessage().description("Serves a registry of this network through one tunnel.");
    root.version(version());
    root.addSubcommand("run", RunCommand.spec(System.getenv()));
    root.addSubcommand("policy", PolicyCommand.spec(System.getenv()));
    CommandLine commandLine = new CommandLine(root);
    commandLine.setParameterExceptionHandler(
        (wrong, arguments) -> {
          wrong.getCommandLine().getErr().println(root.name() + ": " + wrong.getMessage());
          wrong.getCommandLine().getErr().println("See --help.");
          return CommandLine.ExitCode.USAGE;
        });
    return commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println(root.name() + ": " + failure.getMessage());
          return CommandLine.ExitCode.SOFTWARE;
        });
  }

  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return "penstock-client " + (version == null ? "(not packaged)" : version);
  }
}
