package dev.penstock.client.registry.auth;

import dev.penstock.client.names.Repository;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a token is good for, as text (the distribution project's "Token Scope Documentation"). */
public final class Scopes {
  /** The list of repositories. */
  public static final String CATALOG = "registry:catalog:*";

  private static final Pattern PULL = Pattern.compile("repository:([^:]+):pull");

  private Scopes() {}

  /** What a token must be good for when the registry's challenge does not say. */
  public static String pull(Repository repository) {
    return "repository:" + repository + ":pull";
  }

  /** The repository of a scope to pull; null for any other. */
  static @Nullable Repository repository(String scope) {
    Matcher parts = PULL.matcher(scope);
    return parts.matches() ? new Repository(parts.group(1)) : null;
  }
}
