package dev.penstock.tunnel.connection;

/**
 * What a peer wrote, made fit for a message or a log line: at most {@value #MAX_CHARS} characters,
 * and none that could forge a line or steer a terminal.
 */
public final class ForeignText {
  static final int MAX_CHARS = 200;

  private ForeignText() {}

  /** Returns {@code text} with control characters replaced by {@code ?}, cut with an ellipsis. */
  public static String printable(String text) {
    return printable(text, MAX_CHARS);
  }

  /** The same for at most {@code maxChars} characters. */
  public static String printable(String text, int maxChars) {
    boolean cut = text.length() > maxChars;
    StringBuilder shown = new StringBuilder(cut ? text.substring(0, maxChars) : text);
    for (int i = 0; i < shown.length(); i++) {
      if (!isPrintable(shown.charAt(i))) {
        shown.setCharAt(i, '?');
      }
    }
    return cut ? shown.append('…').toString() : shown.toString();
  }

  /** The first line of what a failure says, or its name when it says nothing. */
  public static String of(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : printable(message.lines().findFirst().orElse(""));
  }

  private static boolean isPrintable(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
