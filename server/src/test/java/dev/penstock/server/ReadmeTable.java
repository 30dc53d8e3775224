package dev.penstock.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A table of flags in the README: each flag with its default, or "null". */
public final class ReadmeTable {
  private static final Pattern ROW = Pattern.compile("\\| `(--[a-z-]+)` \\| (?:`([^`]*)`)? ?\\|.*");

  private ReadmeTable() {}

  /** The table between this heading and the next one. */
  public static Map<String, String> under(String heading) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("README.md"));
    Map<String, String> table = new TreeMap<>();
    int start = lines.indexOf(heading);
    for (String line : lines.subList(start + 1, lines.size())) {
      if (line.startsWith("## ")) {
        break;
      }
      Matcher matcher = ROW.matcher(line);
      if (matcher.matches()) {
        table.put(matcher.group(1), String.valueOf(matcher.group(2)));
      }
    }
    return table;
  }
}
