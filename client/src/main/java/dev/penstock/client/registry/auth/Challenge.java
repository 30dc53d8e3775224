package dev.penstock.client.registry.auth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One challenge of a WWW-Authenticate header (RFC 9110 §11.6.1).
 *
 * @param scheme in lower case
 * @param parameters by their names in lower case; of a name given twice, the first
 */
record Challenge(String scheme, Map<String, String> parameters) {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final Pattern SEPARATORS = Pattern.compile("[\\s,]*+");
  private static final Pattern PARAMETER =
      Pattern.compile("(" + TOKEN + ")\\s*+=\\s*+(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(" + TOKEN + "))");
  private static final Pattern SCHEME = Pattern.compile("(" + TOKEN + ")\\s*+");
  private static final Pattern TOKEN68 = Pattern.compile("[A-Za-z0-9._~+/-]++=*+\\s*+(?=,|$)");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

  Challenge {
    parameters = Map.copyOf(parameters);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
  }

  /**
   * The challenges of all header lines, in order. One line can carry several, and a comma separates
   * challenges, parameters and nothing at all; only the '=' tells a parameter from a new scheme.
   * What is malformed ends its line, and what came before it stands.
   */
  static List<Challenge> parse(List<String> lines) {
    List<Challenge> challenges = new ArrayList<>();
    for (String line : lines) {
      parseLine(line, challenges);
    }
    return challenges;
  }

  private static void parseLine(String line, List<Challenge> into) {
    Matcher at = SEPARATORS.matcher(line);
    skip(at, SEPARATORS);
    while (at.regionStart() < line.length()) {
      if (!at.usePattern(SCHEME).lookingAt()) {
        return;
      }
      String scheme = at.group(1).toLowerCase(Locale.ROOT);
      at.region(at.end(), line.length());
      skip(at, TOKEN68);
      into.add(new Challenge(scheme, parseParameters(at)));
    }
  }

  private static Map<String, String> parseParameters(Matcher at) {
    Map<String, String> parameters = new HashMap<>();
    skip(at, SEPARATORS);
    while (at.usePattern(PARAMETER).lookingAt()) {
      String quoted = at.group(2);
      String value = quoted == null ? at.group(3) : ESCAPE.matcher(quoted).replaceAll("$1");
      parameters.putIfAbsent(at.group(1).toLowerCase(Locale.ROOT), value);
      at.region(at.end(), at.regionEnd());
      skip(at, SEPARATORS);
    }
    return parameters;
  }

  private static void skip(Matcher at, Pattern pattern) {
    if (at.usePattern(pattern).lookingAt()) {
      at.region(at.end(), at.regionEnd());
    }
  }
}
