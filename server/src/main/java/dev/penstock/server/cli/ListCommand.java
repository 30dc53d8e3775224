package dev.penstock.server.cli;

import picocli.CommandLine.Command;

/** {@code list}: what there is to be fetched. */
@Command(
    name = "list",
    description = "Lists what a registry has and the customer allows, one entry a line.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ListTagsCommand.class,
      ListRepositoriesCommand.class,
      ListReferrersCommand.class
    })
final class ListCommand {}
