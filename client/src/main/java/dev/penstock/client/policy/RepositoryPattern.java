package dev.penstock.client.policy;

import dev.penstock.client.names.InvalidNameException;
import dev.penstock.client.names.Repository;
import java.util.List;

/**
 * One pattern of repositories, such as {@code team/**}.
 *
 * <p>A component may hold {@code *}, which stands for any part of one component, the empty part
 * included. A component that is {@code **} stands for any number of components, none included; only
 * at the end of a longer pattern does it need at least one, so that {@code team/**} is what lies
 * below {@code team} and not {@code team} itself.
 *
 * <p>A pattern that no repository's name could ever match, such as {@code team/..} or {@code
 * Team/*}, is refused: who wrote it meant something else.
 */
public record RepositoryPattern(String text) {
  /** Matches every repository. */
  static final RepositoryPattern ANY = new RepositoryPattern("**");

  private static final String ANY_DEPTH = "**";
  private static final int MAX_CHARS = 255;

  /**
   * Checks the grammar.
   *
   * @throws IllegalArgumentException naming the pattern and the rule that is broken
   */
  public RepositoryPattern {
    require(text, text.length() <= MAX_CHARS, "it has more than " + MAX_CHARS + " characters");
    for (String component : split(text)) {
      require(
          text,
          !component.contains(ANY_DEPTH) || component.equals(ANY_DEPTH),
          "'**' stands alone between slashes");
    }
    require(
        text,
        couldBeARepository(text),
        "it is components of a-z and 0-9, joined inside by '.', '_', '__' or '-', with '*' for any"
            + " part, separated by single '/'");
  }

  /** Whether the repository is meant. */
  public boolean matches(Repository repository) {
    List<String> given = repository.components();
    List<String> wanted = split(text);
    // reachable[c]: the pattern's components so far can match the first c components. One row per
    // pattern component, so that no pattern and no name makes this explode.
    boolean[] reachable = new boolean[given.size() + 1];
    reachable[0] = true;
    for (int i = 0; i < wanted.size(); i++) {
      boolean needsOne = i > 0 && i == wanted.size() - 1;
      reachable =
          wanted.get(i).equals(ANY_DEPTH)
              ? afterAnyDepth(reachable, needsOne)
              : afterOne(reachable, wanted.get(i), given);
    }
    return reachable[given.size()];
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

  private static boolean[] afterOne(boolean[] before, String wanted, List<String> given) {
    boolean[] after = new boolean[before.length];
    for (int c = 0; c < given.size(); c++) {
      after[c + 1] = before[c] && Glob.matches(wanted, given.get(c));
    }
    return after;
  }

  /**
   * Whether some repository matches. If any text in place of the stars makes a good name, then a
   * letter does: it ends the separators on both of its sides, which are good as they stand.
   */
  private static boolean couldBeARepository(String text) {
    try {
      var unused = new Repository(text.replace('*', 'a'));
      return true;
    } catch (InvalidNameException e) {
      return false;
    }
  }

  private static void require(String text, boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException(
          "pattern %s is not valid: %s; write for example 'team/**'"
              .formatted(Quoted.of(text), rule));
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
