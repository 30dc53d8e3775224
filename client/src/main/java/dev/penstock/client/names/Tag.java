package dev.penstock.client.names;

import java.util.regex.Pattern;

/** A tag, such as {@code 1.0} (OCI distribution specification 1.1, {@code <reference>} as tag). */
public record Tag(String value) implements Reference {
  private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  /**
   * Checks the grammar.
   *
   * @throws InvalidNameException naming the rule that is broken
   */
  public Tag {
    if (!GRAMMAR.matcher(value).matches()) {
      throw new InvalidNameException(
          "tag",
          value,
          "a tag is 1 to 128 of a-z, A-Z, 0-9, '_', '.' and '-', and begins with none of the last"
              + " two");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
