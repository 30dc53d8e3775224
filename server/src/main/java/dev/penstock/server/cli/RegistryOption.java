package dev.penstock.server.cli;

import picocli.CommandLine.Option;

/** Which of a client's registries a command means. */
final class RegistryOption {
  @Option(
      names = Settings.REGISTRY,
      defaultValue = "",
      paramLabel = "NAME",
      description = {
        "The client's name for one of its registries (default: its first).",
        "As a flag only: the variable and the key of this name are the client's, for a URL."
      })
  private String value;

  /** Empty for the first. */
  String value() {
    return value;
  }
}
