package dev.penstock.server.cli;

import picocli.CommandLine.Command;

/** {@code token}: what can be done with the tokens file. */
@Command(
    name = "token",
    description = "Adds tokens to a tokens file.",
    mixinStandardHelpOptions = true,
    subcommands = TokenCreateCommand.class)
final class TokenCommand {}
