package dev.penstock.client.registry;

import dev.penstock.client.registry.auth.BasicCredentials;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a registry is and who we are there.
 *
 * @param name by which callers choose it
 * @param uri without {@code /v2/}
 * @param credentials null: anonymous
 */
public record RegistryEndpoint(String name, URI uri, @Nullable BasicCredentials credentials) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.:-]{0,98}[a-z0-9])?");

  /** Checks the name and the URL; the messages begin with the key {@code registry}. */
  public RegistryEndpoint {
    require(
        NAME.matcher(name).matches(),
        "a name is 1 to 100 of a-z, 0-9, '.', ':' and '-', but begins and ends with none of the"
            + " last three");
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    require(
        (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null,
        "its URL must be http://host[:port] or https://host[:port]");
    require(
        uri.getRawUserInfo() == null,
        "its URL must not hold a user or a password; give registry-username and"
            + " registry-password-file");
    require(
        uri.getRawQuery() == null && uri.getRawFragment() == null,
        "its URL must not have a query or a fragment");
  }

  /** Without a name of its own, a registry is called by host and port as its URL has them. */
  public static RegistryEndpoint parse(String text, @Nullable BasicCredentials credentials) {
    int equals = text.indexOf('=');
    int scheme = text.indexOf("://");
    boolean isNamed = equals > 0 && (scheme < 0 || equals < scheme);
    URI uri = parseUri(isNamed ? text.substring(equals + 1) : text);
    String authority = String.valueOf(uri.getAuthority()).toLowerCase(Locale.ROOT);
    String unnamed = authority.replaceAll("[\\[\\]]", "").replaceFirst("^::", "0::");
    return new RegistryEndpoint(isNamed ? text.substring(0, equals) : unnamed, uri, credentials);
  }

  private static URI parseUri(String text) {
    try {
      return URI.create(text.strip().replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      // The cause would quote the URL, and a password in it.
      throw new IllegalArgumentException("registry must be [NAME=]URL, and this is not a URL");
    }
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("registry must be [NAME=]URL: " + rule);
    }
  }
}
