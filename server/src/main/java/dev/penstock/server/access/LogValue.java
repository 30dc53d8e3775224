package dev.penstock.server.access;

import java.util.regex.Pattern;

/**
 * The value of a field in a line of the log. Callers write some of them: none can end the line,
 * begin another field, steer a terminal or be endless.
 */
final class LogValue {
  /** The longest name of the OCI grammar has 255. */
  private static final int MOST_CHARACTERS = 256;

  private static final String NONE = "-";
  private static final Pattern OUTSIDE = Pattern.compile("[^!-~]");

  private LogValue() {}

  /** The text with each blank, control or non-ASCII character as {@code ?}, cut where too long. */
  static String of(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    boolean fits = text.length() <= MOST_CHARACTERS;
    String bounded = fits ? text : text.substring(0, MOST_CHARACTERS) + "...";
    return OUTSIDE.matcher(bounded).replaceAll("?");
  }
}
