package dev.penstock.client.registry;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the Link header (RFC 8288 §3), of which lists need the next page alone. */
final class LinkHeader {
  private static final Pattern SEPARATORS = Pattern.compile("[\\s,]*+");
  private static final Pattern TARGET = Pattern.compile("<\\s*+([^>]*+)>");
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\s*+;\\s*+([^\\s;,=\"]*+)"
              + "(?:\\s*+=\\s*+(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^\\s;,\"]*+)))?+");

  private LinkHeader() {}

  /**
   * The target of the first link whose relation is {@code next}. One line can carry several links;
   * what is malformed ends its line, and what came before it stands.
   */
  static Optional<String> next(List<String> lines) {
    for (String line : lines) {
      Optional<String> target = nextOf(line);
      if (target.isPresent()) {
        return target;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> nextOf(String line) {
    Matcher at = SEPARATORS.matcher(line);
    while (skip(at, SEPARATORS) && at.usePattern(TARGET).lookingAt()) {
      String target = at.group(1).strip();
      at.region(at.end(), line.length());
      if (isNext(at)) {
        return Optional.of(target);
      }
    }
    return Optional.empty();
  }

  /** Passes over a link's parameters; of several {@code rel} the first counts (§3.3). */
  private static boolean isNext(Matcher at) {
    String relations = null;
    while (at.usePattern(PARAMETER).lookingAt()) {
      if (relations == null && at.group(1).equalsIgnoreCase("rel")) {
        relations = at.group(2) != null ? at.group(2) : String.valueOf(at.group(3));
      }
      at.region(at.end(), at.regionEnd());
    }
    return relations != null
        && List.of(relations.toLowerCase(Locale.ROOT).split("\\s+")).contains("next");
  }

  private static boolean skip(Matcher at, Pattern pattern) {
    if (at.usePattern(pattern).lookingAt()) {
      at.region(at.end(), at.regionEnd());
    }
    return at.regionStart() < at.regionEnd();
  }
}
