package dev.penstock.testing.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What a token says (the specification's "Token Claim Set"). */
final class Claims {
  /** docker-registry takes a token so much longer than it says; here it dies when it should. */
  private static final Duration LEEWAY = Duration.ofSeconds(60);

  private static final Duration VALID_BEFORE = Duration.ofHours(1);

  private Claims() {}

  static JsonObject of(String subject, List<String> scopes, Instant now, Duration lifetime) {
    Instant end = now.plus(lifetime).minus(LEEWAY);
    JsonObject claims = new JsonObject();
    claims.addProperty("iss", TokenServer.ISSUER);
    claims.addProperty("sub", subject);
    claims.addProperty("aud", TokenServer.SERVICE);
    claims.addProperty("nbf", end.minus(VALID_BEFORE).getEpochSecond());
    claims.addProperty("iat", now.getEpochSecond());
    claims.addProperty("exp", end.getEpochSecond());
    claims.addProperty("jti", UUID.randomUUID().toString());
    JsonArray access = new JsonArray();
    scopes.forEach(scope -> access.add(grant(scope)));
    claims.add("access", access);
    return claims;
  }

  /** From {@code type:name:actions}; a name may have colons of its own. */
  private static JsonObject grant(String scope) {
    int first = scope.indexOf(':');
    int last = scope.lastIndexOf(':');
    if (first < 0 || first == last) {
      throw new IllegalArgumentException("no scope: '" + scope + "'");
    }
    JsonObject grant = new JsonObject();
    grant.addProperty("type", scope.substring(0, first));
    grant.addProperty("name", scope.substring(first + 1, last));
    JsonArray actions = new JsonArray();
    for (String action : scope.substring(last + 1).split(",", -1)) {
      actions.add(action);
    }
    grant.add("actions", actions);
    return grant;
  }
}
