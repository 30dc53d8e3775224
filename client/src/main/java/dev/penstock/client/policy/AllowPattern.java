package dev.penstock.client.policy;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One pattern of repositories, such as {@code team/**}.
 *
 * <p>A component may hold {@code *}, which stands for any part of one component, the empty part
 * included. A component that is {@code **} stands for any number of components, none included; only
 * at the end of a longer pattern does it need at least one, so that {@code team/**} is what lies
 * below {@code team} and not {@code team} itself.
 *
 * <p>A colon is refused: it is kept for a later {@code registry:} prefix.
 */
public record AllowPattern(String text) {
  private static final String ANY_DEPTH = "**";
  private static final int MAX_CHARS = 255;
  private static final Pattern COMPONENT = Pattern.compile("[a-z0-9._*-]+");

  /**
   * Checks the grammar.
   *
   * @throws IllegalArgumentException naming the pattern and the rule that is broken
   */
  public AllowPattern {
    require(text, text.length() <= MAX_CHARS, "it has more than " + MAX_CHARS + " characters");
    require(text, text.indexOf(':') < 0, "':' is reserved");
    for (String component : split(text)) {
      require(
          text,
          COMPONENT.matcher(component).matches(),
          "components are of a-z, 0-9, '.', '_', '-' and '*', separated by single '/'");
      require(
          text,
          !component.contains(ANY_DEPTH) || component.equals(ANY_DEPTH),
          "'**' stands alone between slashes");
    }
  }

  /** Whether the repository with these components is meant. */
  boolean matches(List<String> components) {
    List<String> wanted = split(text);
    // reachable[c]: the pattern's components so far can match the first c components. One row per
    // pattern component, so that no pattern and no name makes this explode.
    boolean[] reachable = new boolean[components.size() + 1];
    reachable[0] = true;
    for (int i = 0; i < wanted.size(); i++) {
      boolean needsOne = i > 0 && i == wanted.size() - 1;
      reachable =
          wanted.get(i).equals(ANY_DEPTH)
              ? afterAnyDepth(reachable, needsOne)
              : afterOne(reachable, wanted.get(i), components);
    }
    return reachable[components.size()];
  }

  private static boolean[] afterAnyDepth(boolean[] before, boolean needsOne) {
    boolean[] after = new boolean[before.length];
    boolean seen = false;
    for (int c = 0; c < before.length; c++) {
      after[c] = seen || (before[c] && !needsOne);
      seen |= before[c];
    }
    return after;
  }

  private static boolean[] afterOne(boolean[] before, String wanted, List<String> components) {
    boolean[] after = new boolean[before.length];
    for (int c = 0; c < components.size(); c++) {
      after[c + 1] = before[c] && matchesComponent(wanted, components.get(c));
    }
    return after;
  }

  /** Glob within one component, by the classic scan that remembers only the last star. */
  private static boolean matchesComponent(String wanted, String given) {
    int w = 0;
    int g = 0;
    int star = -1;
    int starAt = 0;
    while (g < given.length()) {
      if (w < wanted.length() && wanted.charAt(w) == '*') {
        star = w++;
        starAt = g;
      } else if (w < wanted.length() && wanted.charAt(w) == given.charAt(g)) {
        w++;
        g++;
      } else if (star >= 0) {
        w = star + 1;
        g = ++starAt;
      } else {
        return false;
      }
    }
    while (w < wanted.length() && wanted.charAt(w) == '*') {
      w++;
    }
    return w == wanted.length();
  }

  private static void require(String text, boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(
          "allow pattern '%s' is not valid: %s; write for example 'team/**'".formatted(text, rule));
    }
  }

  private static List<String> split(String text) {
    return List.of(text.split("/", -1));
  }

  @Override
  public String toString() {
    return text;
  }
}
