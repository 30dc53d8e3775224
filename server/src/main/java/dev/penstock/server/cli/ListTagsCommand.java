package dev.penstock.server.cli;

import dev.penstock.server.fetch.ApiClient;
import dev.penstock.server.fetch.FetchException;
import dev.penstock.server.fetch.Listing;
import dev.penstock.server.fetch.RepositoryTarget;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code list tags}: the tags of a repository. */
@Command(
    name = "tags",
    description = "Lists the tags of a repository.",
    mixinStandardHelpOptions = true)
final class ListTagsCommand extends ListingCommand {
  @Mixin private PageSizeOption pageSize = new PageSizeOption();

  @Parameters(paramLabel = "TUNNEL/REPOSITORY", description = "For example acme/team/app.")
  private String repository;

  @Override
  void list(ApiClient client, String registry) throws FetchException {
    new Listing(client, registry, pageSize.value())
        .tags(RepositoryTarget.parse(repository), this::print);
  }
}
