package dev.penstock.testing.doctor;

import dev.penstock.client.doctor.diagnosis.Cause;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A path that something is wrong with, and what the doctor has to say of it: a row of the README's
 * table.
 *
 * @param path the hops in words, from the client on
 * @param wrong what is wrong, in words
 * @param steps the hops, from the client on
 * @param isWatched whether it shows only by {@code --long}
 * @param isFatal whether no transfer could work; else it works, once settings are right
 * @param hop what the finding says who it is, with anything in the place of an ellipsis
 * @param line what the remedy has, of the configuration to change
 */
record BrokenPath(
    String path,
    String wrong,
    List<Step> steps,
    boolean isWatched,
    boolean isFatal,
    Cause cause,
    String hop,
    String line) {

  /** Begins a row. */
  static Row of(String path, String wrong, Step... steps) {
    return new Row(path, wrong, List.of(steps));
  }

  /** A row of which not all is known yet. */
  record Row(String path, String wrong, List<Step> steps) {
    BrokenPath is(Cause cause, String hop, String line) {
      return new BrokenPath(path, wrong, steps, false, true, cause, hop, line);
    }

    /** The same, and all works, if slowly. */
    BrokenPath isSlow(Cause cause, String hop, String line) {
      return new BrokenPath(path, wrong, steps, false, false, cause, hop, line);
    }

    /** The same; it takes {@code --long} to see it, and settings to live with it. */
    BrokenPath isInTime(Cause cause, String hop, String line) {
      return new BrokenPath(path, wrong, steps, true, false, cause, hop, line);
    }
  }

  /** What the hop of a finding has to match. */
  Pattern hopPattern() {
    return Pattern.compile(
        Stream.of(hop.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  /** As Markdown has it. */
  String row() {
    return "| %s | %s | `%s`: `%s` | `%s` |".formatted(path, wrong, cause.code(), hop, line);
  }

  @Override
  public String toString() {
    return path + ": " + wrong;
  }
}
