package dev.penstock.client.registry.auth;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The request that buys an access token for a refresh token, as an identity token is one (the
 * distribution project's "OAuth2 Token Authentication"; RFC 6749 §6). The answer is a {@link
 * Token}'s; a 404 says that the token server knows no OAuth 2.
 *
 * <p>The body is a credential: it belongs to the origin of {@link #uri} and must not follow a
 * redirect to another.
 */
record RefreshRequest(TokenKey key, String refreshToken) {
  /** A name for the token server's audit; it need not be registered there. */
  private static final String CLIENT_ID = "penstock-client";

  String method() {
    return "POST";
  }

  URI uri() {
    return key.realm();
  }

  /** What goes with the body. */
  Map<String, String> headers() {
    return Map.of(
        "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json");
  }

  byte[] body() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", refreshToken);
    form.put("service", key.service());
    form.put("client_id", CLIENT_ID);
    form.put("scope", key.scope());
    return form.entrySet().stream()
        .map(field -> field.getKey() + "=" + encode(field.getValue()))
        .collect(Collectors.joining("&"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "RefreshRequest[" + key.service() + " " + key.scope() + "]";
  }
}
