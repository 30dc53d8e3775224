package dev.penstock.client.doctor.report;

import java.util.ArrayList;
import java.util.List;

/** Breaks a line at its spaces; a word that is too long stays whole, to be copied. */
final class Wrapping {
  private Wrapping() {}

  /** At least one part; what the line is indented by is kept in each. */
  static List<String> of(String line, int columns) {
    String indent = " ".repeat(line.length() - line.stripLeading().length());
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder(indent);
    for (String word : line.strip().split(" ", -1)) {
      boolean isFirst = part.length() == indent.length();
      if (!isFirst && part.length() + 1 + word.length() > columns) {
        parts.add(part.toString());
        part = new StringBuilder(indent);
        isFirst = true;
      }
      part.append(isFirst ? "" : " ").append(word);
    }
    parts.add(part.toString());
    return parts;
  }
}
