package dev.penstock.client.setup;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Paths as a unit's lines need them; each kind of line has rules of its own. */
final class SystemdText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./@+=,-]+");

  private SystemdText() {}

  /** Of a line that is one path: a percent sign begins a specifier (systemd.unit(5)). */
  static String path(Path path) {
    return path.toString().replace("%", "%%");
  }

  /** A word of a command (systemd.service(5), command lines). */
  static String argument(String text) {
    String word = text.replace("%", "%%").replace("$", "$$");
    return PLAIN.matcher(text).matches()
        ? word
        : '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /**
   * A directory shown elsewhere: words in quotes, which are taken apart at colons and spaces again.
   *
   * @param directory without quotes, which {@link OwnDirectory} refuses
   */
  static String bind(Path directory, String target) {
    String source = path(directory).replaceAll("[\\\\ :']", "\\\\$0");
    return (source.contains("\\") ? "\"%s:%s\"" : "%s:%s").formatted(source, target);
  }

  /** A word of a shell's, for people to paste. */
  static String shell(Path path) {
    String text = path.toString();
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
