package dev.penstock.server.fetch;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository: {@code tunnel/repository}.
 *
 * @param tunnel the id under which the client is attached
 * @param repository the repository's name, e.g. {@code team/app}
 */
public record RepositoryTarget(String tunnel, String repository) {
  // As in FetchTarget: the client knows and enforces the grammar of each part.
  private static final Pattern FORM = Pattern.compile("([^/@:]+)/([^@:]+)");

  /**
   * Reads the form.
   *
   * @throws IllegalArgumentException with the form
   */
  public static RepositoryTarget parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' must be TUNNEL/REPOSITORY, e.g. acme/team/app");
    }
    return new RepositoryTarget(matcher.group(1), matcher.group(2));
  }
}
