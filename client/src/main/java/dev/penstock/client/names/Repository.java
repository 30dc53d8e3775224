package dev.penstock.client.names;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A repository name, such as {@code team/app}: lower-case path components, at most 255 characters
 * in all (OCI distribution specification 1.1, "Pulling manifests", {@code <name>}).
 */
public record Repository(String value) {
  private static final int MAX_CHARS = 255;

  /** Possessive quantifiers: a hostile name costs time linear in its length. */
  private static final Pattern COMPONENT =
      Pattern.compile("[a-z0-9]++(?:(?:\\.|__?+|-++)[a-z0-9]++)*+");

  private static final String RULE =
      "a repository is path components of a-z and 0-9, joined inside by '.', '_', '__' or '-', and"
          + " separated by '/'";

  /**
   * Checks the grammar.
   *
   * @throws InvalidNameException naming the rule that is broken
   */
  public Repository {
    if (value.isEmpty()) {
      throw new InvalidNameException("repository", value, "it is empty");
    }
    if (value.length() > MAX_CHARS) {
      throw new InvalidNameException(
          "repository", value, "a repository has at most " + MAX_CHARS + " characters");
    }
    for (String component : split(value)) {
      if (!COMPONENT.matcher(component).matches()) {
        throw new InvalidNameException("repository", value, RULE);
      }
    }
  }

  /** The path components, at least one. */
  public List<String> components() {
    return split(value);
  }

  private static List<String> split(String value) {
    return List.of(value.split("/", -1));
  }

  @Override
  public String toString() {
    return value;
  }
}
