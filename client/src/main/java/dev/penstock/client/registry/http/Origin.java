package dev.penstock.client.registry.http;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Scheme, host and port of a URL (RFC 6454 §4): the reach of a credential, and the part of a URL
 * that may be logged, since paths and queries of redirects can be signed and so be secrets.
 */
public record Origin(String scheme, String host, int port) {

  /** The origin of an absolute http or https URL; the scheme's own port when it names none. */
  public static Origin of(URI uri) {
    String scheme = lower(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    return new Origin(scheme, lower(uri.getHost()), port);
  }

  /** Whether what is sent there is encrypted. */
  public boolean isSecure() {
    return scheme.equals("https");
  }

  private static String lower(@Nullable String part) {
    return part == null ? "" : part.toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return scheme + "://" + host + ":" + port;
  }
}
