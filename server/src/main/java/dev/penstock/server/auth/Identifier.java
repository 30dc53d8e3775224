package dev.penstock.server.auth;

import java.util.regex.Pattern;

/** The grammar of tunnel ids and of callers' names: that of a DNS label, in lower case. */
public final class Identifier {
  private static final Pattern GRAMMAR = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /** The grammar in words, for error messages. */
  public static final String RULE =
      "1 to 63 of a-z, 0-9 and '-', and no '-' at either end, e.g. acme";

  private Identifier() {}

  /** Whether {@code value} follows the grammar. */
  public static boolean isValid(String value) {
    return GRAMMAR.matcher(value).matches();
  }

  /**
   * Returns {@code value} when it follows the grammar.
   *
   * @param what what it names, for the message: "tunnel id", "caller"
   * @throws IllegalArgumentException with the rule, when it does not; never with the value, which
   *     could be a secret put in the wrong place
   */
  public static String require(String what, String value) {
    if (!isValid(value)) {
      throw new IllegalArgumentException(what + " must be " + RULE);
    }
    return value;
  }
}
