package dev.penstock.server.cli;

import picocli.CommandLine.Option;

/** How the commands ask for lists of names. */
final class PageSizeOption {
  @Option(
      names = "--page-size",
      defaultValue = "1000",
      paramLabel = "N",
      description = "How many entries to ask for at a time, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private int value;

  int value() {
    if (value < 1 || value > 1000) {
      throw new IllegalArgumentException("page-size " + value + " must be 1 to 1000");
    }
    return value;
  }
}
