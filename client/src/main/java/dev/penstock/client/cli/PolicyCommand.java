package dev.penstock.client.cli;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code policy}: what can be done with a policy but run by it. */
final class PolicyCommand {
  private PolicyCommand() {}

  static CommandSpec spec(Map<String, String> environment) {
    CommandSpec spec = CommandSpec.create().name("policy").mixinStandardHelpOptions(true);
    spec.usageMessage().description("Answers questions about the customer's policy.");
    return spec.addSubcommand("test", PolicyTestCommand.spec(environment));
  }
}
