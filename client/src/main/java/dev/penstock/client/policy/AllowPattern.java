package dev.penstock.client.policy;

/** A {@link RepositoryPattern} as given by {@code --allow}, which its errors name. */
public record AllowPattern(String text) {
  /**
   * Checks the grammar.
   *
   * @throws IllegalArgumentException naming the pattern and the rule that is broken
   */
  public AllowPattern {
    var unused = parse(text);
  }

  RepositoryPattern pattern() {
    return parse(text);
  }

  private static RepositoryPattern parse(String text) {
    try {
      return new RepositoryPattern(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("allow " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
