package dev.penstock.client.registry.auth;

import dev.penstock.client.registry.http.Origin;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What a bearer token is good for (the distribution project's "Token Authentication
 * Specification").
 *
 * @param service empty when the challenge named none
 */
record TokenKey(URI realm, String service, String scope) {

  /**
   * Reads a bearer challenge.
   *
   * @param fallbackScope for challenges without a scope
   */
  static TokenKey of(Challenge bearer, String fallbackScope, Origin registry)
      throws AccessRefusedException {
    return new TokenKey(
        realm(bearer.parameter("realm").orElse(""), registry),
        bearer.parameter("service").orElse(""),
        bearer.parameter("scope").orElse(fallbackScope));
  }

  private static URI realm(String text, Origin registry) throws AccessRefusedException {
    URI realm;
    try {
      realm = new URI(text);
    } catch (URISyntaxException e) {
      throw refused("a malformed token server", "it is " + registry);
    }
    String scheme = Origin.of(realm).scheme();
    if (realm.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw refused("a token server that is no http(s) URL", "it is " + registry);
    }
    if (registry.isSecure() && !Origin.of(realm).isSecure()) {
      throw refused(
          "a token server that is not encrypted",
          "%s names %s".formatted(registry, Origin.of(realm)));
    }
    return realm;
  }

  private static AccessRefusedException refused(String what, String detail) {
    return AccessRefusedException.advising("the registry names " + what, detail);
  }

  URI uri() {
    StringBuilder uri = new StringBuilder(realm.toString());
    char separator = realm.getRawQuery() == null ? '?' : '&';
    if (!service.isEmpty()) {
      uri.append(separator).append("service=").append(encode(service));
      separator = '&';
    }
    return URI.create(uri.append(separator).append("scope=").append(encode(scope)).toString());
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
