package dev.penstock.testing.readme;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A table of README.md that tests hold to what it says. */
public final class ReadmeTable {
  private ReadmeTable() {}

  /**
   * The lines of its rows.
   *
   * @param header the whole line at its head
   * @return none if there is no such table
   */
  public static List<String> rows(String header) throws IOException {
    Path readme = Path.of(System.getProperty("basedir", "."), "..", "README.md");
    try (Stream<String> lines = Files.lines(readme)) {
      return lines
          .dropWhile(line -> !line.equals(header))
          .skip(2)
          .takeWhile(line -> line.startsWith("|"))
          .toList();
    }
  }
}
