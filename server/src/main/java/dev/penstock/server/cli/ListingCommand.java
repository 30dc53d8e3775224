package dev.penstock.server.cli;

import dev.penstock.server.fetch.ApiClient;
import dev.penstock.server.fetch.FetchException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that prints a list to its end, one entry a line, as the pages come. */
abstract class ListingCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ApiOptions api = new ApiOptions();

  @Mixin private RegistryOption registry = new RegistryOption();

  @Override
  public final Integer call() {
    try (ApiClient client = api.connect()) {
      list(client, registry.value());
      return ExitCode.OK;
    } catch (FetchException e) {
      spec.commandLine().getErr().println("list " + spec.name() + ": " + e.getMessage());
      return ExitCode.FAILED;
    }
  }

  /** Reads the list and prints each entry. */
  abstract void list(ApiClient client, String registry) throws FetchException;

  /** Prints one line. */
  final void print(String entry) {
    spec.commandLine().getOut().println(Shown.of(entry));
  }
}
