package dev.penstock.server.cli;

import dev.penstock.server.fetch.ApiClient;
import dev.penstock.server.fetch.FetchException;
import dev.penstock.server.fetch.Listing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code list repositories}: those of a registry that the customer allows. */
@Command(
    name = "repositories",
    description = "Lists the repositories of a registry that the customer allows.",
    mixinStandardHelpOptions = true)
final class ListRepositoriesCommand extends ListingCommand {
  @Mixin private PageSizeOption pageSize = new PageSizeOption();

  @Parameters(paramLabel = "TUNNEL", description = "For example acme.")
  private String tunnel;

  @Override
  void list(ApiClient client, String registry) throws FetchException {
    new Listing(client, registry, pageSize.value()).repositories(tunnel, this::print);
  }
}
