package dev.penstock.testing;

import dev.penstock.testing.bench.BenchCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry of {@code penstock-testing.jar}. */
@Command(
    name = "penstock-testing",
    description = "Tools that exercise Penstock as a whole.",
    mixinStandardHelpOptions = true,
    subcommands = {BenchCommand.class, RegistryCommand.class})
public final class Main {
  private Main() {}

  /** Runs one of the subcommands and exits with its code. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }
}
