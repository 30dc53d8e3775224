package dev.penstock.client.names;

/**
 * A name, tag or digest outside the OCI grammar; the message quotes it, shortened and with control
 * characters replaced, and states the rule it breaks.
 */
public final class InvalidNameException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;
  private static final int MAX_QUOTED_CHARS = 80;

  InvalidNameException(String what, String given, String rule) {
    super("%s %s is not valid: %s".formatted(what, quote(given), rule));
  }

  /** Callers' input ends up in logs and status lines: nothing in it may break a line. */
  private static String quote(String given) {
    boolean isLong = given.length() > MAX_QUOTED_CHARS;
    String shown = isLong ? given.substring(0, MAX_QUOTED_CHARS) : given;
    String printable = shown.replaceAll("[^\\x20-\\x7e]", "?");
    return "'" + printable + (isLong ? "…' (" + given.length() + " characters)" : "'");
  }
}
