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
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

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
    CommandLine line = new CommandLine(new Main());
    try {
      Settings settings = Settings.of(List.of(args), System.getenv());
      settings.checkKeys(line.getCommandSpec());
      line.setDefaultValueProvider(settings);
    } catch (IllegalArgumentException e) {
      line.getErr().println(e.getMessage());
      System.exit(CommandLine.ExitCode.USAGE);
    }
    System.exit(line.execute(args));
  }

  // Settings has read the file by the time picocli comes to this option.
  @Option(
      names = "--config",
      scope = ScopeType.INHERIT,
      paramLabel = "FILE",
      description = "YAML file with any of the options; each can also be a PENSTOCK_ variable.")
  void config(Path file) {}
}
