package dev.penstock.client.credentials;

import dev.penstock.client.names.Repository;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A key of {@code auths}: a registry, or a namespace of one (containers-auth.json(5)).
 *
 * @param host in lower case, with its port if the key has one
 * @param namespace empty: all of the registry
 */
record AuthKey(String host, String namespace) {
  private static final List<String> SCHEMES = List.of("https://", "http://");

  /** What Docker wrote behind a host. */
  private static final List<String> API_ROOTS = List.of("v1", "v2");

  /**
   * Reads a key. Empty: it means no registry, as the keys {@code
   * https://index.docker.io/v1/access-token} and {@code …/refresh-token}, under which Docker keeps
   * what belongs to its web login.
   */
  static Optional<AuthKey> parse(String text) {
    String rest = withoutScheme(text);
    int slash = rest.indexOf('/');
    String host = (slash < 0 ? rest : rest.substring(0, slash)).toLowerCase(Locale.ROOT);
    String path = slash < 0 ? "" : rest.substring(slash).replaceAll("^/+|/+$", "");
    String namespace = API_ROOTS.contains(path) ? "" : path;
    boolean isUrl = rest.length() < text.length();
    if (host.isEmpty() || (isUrl && !namespace.isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(new AuthKey(host, namespace));
  }

  private static String withoutScheme(String text) {
    for (String scheme : SCHEMES) {
      if (text.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return text.substring(scheme.length());
      }
    }
    return text;
  }

  /** Whether what is kept under this key is for this repository, or, null, for the registry. */
  boolean covers(RegistryHost registry, @Nullable Repository repository) {
    if (!registry.isCalled(host)) {
      return false;
    }
    return namespace.isEmpty()
        || (repository != null && (repository.value() + "/").startsWith(namespace + "/"));
  }
}
