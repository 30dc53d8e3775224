package dev.penstock.client.doctor.registries;

import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The manifest that is read to try a registry.
 *
 * @param registry its name; empty: the first
 */
public record ManifestName(String registry, Repository repository, Reference reference) {
  private static final Pattern FORM =
      Pattern.compile("(?:([^=]+)=)?([^:@]+)(?:@(sha256:.*)|:(.+))?");

  /**
   * Reads {@code [REGISTRY=]NAME[:TAG]} or {@code …@DIGEST}; without a tag it is {@code latest}.
   *
   * @throws IllegalArgumentException saying what is accepted
   */
  public static ManifestName parse(String text) {
    Matcher parts = FORM.matcher(text.strip());
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "repository is '%s'; accepted is [REGISTRY=]NAME[:TAG]".formatted(text));
    }
    String digest = parts.group(3);
    String tag = parts.group(4);
    return new ManifestName(
        parts.group(1) == null ? "" : parts.group(1),
        new Repository(parts.group(2)),
        Reference.parse(digest != null ? digest : tag != null ? tag : "latest"));
  }

  @Override
  public String toString() {
    String separator = reference.value().indexOf(':') < 0 ? ":" : "@";
    return repository + separator + reference;
  }
}
