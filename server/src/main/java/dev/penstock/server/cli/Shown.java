package dev.penstock.server.cli;

/** What comes from a customer's network, as it may be printed: it must not steer the terminal. */
final class Shown {
  private Shown() {}

  static String of(String text) {
    return text.replaceAll("[^\\x20-\\x7e\\t]", "?");
  }
}
