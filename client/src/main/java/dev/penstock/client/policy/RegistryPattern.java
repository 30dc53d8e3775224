package dev.penstock.client.policy;

import java.util.regex.Pattern;

/**
 * One pattern of the names under which the client knows registries, such as {@code main} or {@code
 * *.internal:5000}: {@code *} stands for any part, the empty part included.
 */
public record RegistryPattern(String text) {
  /** As in RegistryEndpoint, which names the registries. Stands first: ANY needs it. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.:-]{0,98}[a-z0-9])?");

  /** Matches every registry. */
  public static final RegistryPattern ANY = new RegistryPattern("*");

  /**
   * Checks the grammar.
   *
   * @throws IllegalArgumentException naming the pattern and the rule
   */
  public RegistryPattern {
    // As for repositories: what a letter in place of each star does not make a name, nothing does.
    if (text.contains("**") || !isName(text.replace('*', 'a'))) {
      throw new IllegalArgumentException(
          ("registry pattern %s is not valid: it is 1 to 100 of a-z, 0-9, '.', ':' and '-', begins"
                  + " and ends with none of the last three, and has '*' for any part")
              .formatted(Quoted.of(text)));
    }
  }

  /** Whether the text can be the name of a registry: a pattern that means one only. */
  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Whether the registry of this name is meant. */
  public boolean matches(String registry) {
    return Glob.matches(text, registry);
  }

  @Override
  public String toString() {
    return text;
  }
}
