package dev.penstock.client.policy;

/** Foreign text as it may stand in a message: on one line, printable, shortened. */
public final class Quoted {
  private static final int MAX_CHARS = 80;

  private Quoted() {}

  /** The text in single quotes; what is not printable ASCII is shown as a question mark. */
  public static String of(String text) {
    boolean isLong = text.length() > MAX_CHARS;
    String shown = isLong ? text.substring(0, MAX_CHARS) : text;
    return "'" + shown.replaceAll("[^\\x20-\\x7e]", "?") + (isLong ? "…'" : "'");
  }
}
