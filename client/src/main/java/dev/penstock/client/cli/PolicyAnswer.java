package dev.penstock.client.cli;

/**
 * What {@code policy test} says.
 *
 * @param line for people, in printable characters
 */
record PolicyAnswer(boolean isAllowed, String line) {
  static PolicyAnswer allowed(String what, String why) {
    return new PolicyAnswer(true, "allowed: %s: %s".formatted(what, why));
  }

  static PolicyAnswer denied(String what, String why) {
    return new PolicyAnswer(false, "denied: %s: %s".formatted(what, why));
  }

  /** It is none of what rules are about. */
  static PolicyAnswer refused(String why) {
    return new PolicyAnswer(false, "denied before any rule is asked: " + why);
  }
}
