package dev.penstock.testing.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The README's table of broken paths. */
final class ReadmeTable {
  private static final String HEADER =
      "| path, from the client on | what is wrong | the doctor's finding | line to change |";

  private ReadmeTable() {}

  /** Its lines, below the head; empty if there is none. */
  static List<String> rows() throws IOException {
    Path readme = Path.of(System.getProperty("basedir", "."), "..", "README.md");
    try (Stream<String> lines = Files.lines(readme)) {
      return lines
          .dropWhile(line -> !line.equals(HEADER))
          .skip(2)
          .takeWhile(line -> line.startsWith("|"))
          .toList();
    }
  }
}
