package dev.penstock.client.names;

/** What names a manifest in a repository: a {@link Tag} or a {@link Digest}. */
public sealed interface Reference permits Tag, Digest {

  /** The text that stands in the registry's URL. */
  String value();

  /**
   * Reads a tag or a digest; a colon decides, since no tag has one.
   *
   * @throws InvalidNameException naming the rule that is broken
   */
  static Reference parse(String text) {
    return text.indexOf(':') >= 0 ? new Digest(text) : new Tag(text);
  }
}
