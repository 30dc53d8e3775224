package dev.penstock.testing;

import dev.penstock.server.cli.Settings;
import dev.penstock.testing.bench.BenchCommand;
import dev.penstock.testing.endpoint.EndpointCommand;
import dev.penstock.testing.proxy.ProxyCommand;
import dev.penstock.testing.reads.BenchRegistryCommand;
import dev.penstock.testing.soak.SoakCommand;
import dev.penstock.testing.tunnelprobe.TunnelCommand;
import dev.penstock.testing.websocketprobe.WebSocketCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of {@code penstock-testing.jar}. */
@Command(
    name = "penstock-testing",
    description = "Tools that exercise Penstock as a whole.",
    mixinStandardHelpOptions = true,
    subcommands = {
      BenchCommand.class,
      BenchRegistryCommand.class,
      EndpointCommand.class,
      ProxyCommand.class,
      RegistryCommand.class,
      SoakCommand.class,
      TunnelCommand.class,
      WebSocketCommand.class
    })
public final class Main {
  private Main() {}

  /** Runs one of the subcommands and exits with its code. */
  public static void main(String[] args) {
    System.exit(execute(commandLine(), List.of(args), System.getenv()));
  }

  /** With errors that are not lost below a help of many lines. */
  static CommandLine commandLine() {
    return new CommandLine(new Main()).setParameterExceptionHandler((wrong, args) -> refuse(wrong));
  }

  static int execute(CommandLine line, List<String> args, Map<String, String> environment) {
    if (args.isEmpty()) {
      line.usage(line.getErr());
      return ExitCode.USAGE;
    }
    try {
      Settings settings = Settings.of(args, environment);
      settings.checkKeys(line.getCommandSpec());
      line.setDefaultValueProvider(settings);
    } catch (IllegalArgumentException e) {
      line.getErr().println(e.getMessage());
      return ExitCode.USAGE;
    }
    return line.execute(args.toArray(String[]::new));
  }

  private static int refuse(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + wrong.getMessage());
    UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
    command.getErr().println("See " + name + " --help.");
    return ExitCode.USAGE;
  }

  // Settings has read the file by the time picocli comes to this option.
  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "YAML file with any of the options; each can also be a PENSTOCK_ variable.")
  void config(Path file) {}
}
