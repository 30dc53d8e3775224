package dev.penstock.client.registry.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a redirect may lead (RFC 9110 §15.4). By hand, because the JDK's own following hands the
 * Authorization header on to other origins.
 */
final class Redirects {
  private Redirects() {}

  /** The Location of a redirect; empty for every other response. */
  static Optional<String> location(HttpAnswer response) {
    return switch (response.statusCode()) {
      case 301, 302, 303, 307, 308 -> response.headers().firstValue("Location");
      default -> Optional.empty();
    };
  }

  /** Resolves and checks the Location; neither it nor its parts but the origin are ever quoted. */
  static HttpQuery next(HttpQuery query, String location) throws RefusedRedirectException {
    Origin from = Origin.of(query.uri());
    URI target = resolve(query.uri(), location);
    String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw refused(from, "something that is not http(s)");
    }
    if (target.getHost() == null || target.getRawUserInfo() != null) {
      throw refused(from, "a URL without a host or with a user in it");
    }
    Origin to = Origin.of(target);
    if (from.isSecure() && !to.isSecure()) {
      throw new RefusedRedirectException(
          "a redirect to an address that is not encrypted; not followed",
          "%s redirects to %s".formatted(from, to));
    }
    return query.redirectedTo(target);
  }

  private static URI resolve(URI base, String location) throws RefusedRedirectException {
    try {
      return base.resolve(new URI(location));
    } catch (URISyntaxException e) {
      // The cause would quote the location.
      throw refused(Origin.of(base), "a malformed URL");
    }
  }

  private static RefusedRedirectException refused(Origin from, String where) {
    return new RefusedRedirectException(
        "a redirect to " + where + "; not followed", "it is from " + from);
  }
}
