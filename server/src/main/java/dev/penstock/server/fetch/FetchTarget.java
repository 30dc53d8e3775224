package dev.penstock.server.fetch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to fetch: {@code tunnel/repository@digest} or {@code tunnel/repository:tag}.
 *
 * @param tunnel the id under which the client is attached
 * @param repository the repository's name, e.g. {@code team/app}
 * @param name the digest or the tag within the repository; OCI calls this the reference
 */
public record FetchTarget(String tunnel, String repository, String name) {
  // Only the parts are told apart here; the client knows and enforces the grammar of each.
  private static final Pattern FORM = Pattern.compile("([^/@:]+)/([^@:]+)(?:@([^@]+)|:([^:@/]+))");

  /**
   * Reads one of the two forms.
   *
   * @throws IllegalArgumentException with the two forms
   */
  public static FetchTarget parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' must be TUNNEL/REPOSITORY@DIGEST, e.g. acme/team/app@sha256:…,"
              + " or TUNNEL/REPOSITORY:TAG");
    }
    String name = matcher.group(3) != null ? matcher.group(3) : matcher.group(4);
    return new FetchTarget(matcher.group(1), matcher.group(2), name);
  }

  /** Whether the name is a digest: a tag has no colon. */
  public boolean isDigest() {
    return name.indexOf(':') >= 0;
  }
}
