package dev.penstock.testing.registry;

import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Lets requests in or says what they lack, and issues the tokens of the bearer scheme. */
final class Gatekeeper {
  private static final String SERVICE = "penstock-embedded";

  private final Access access;
  private final Map<String, String> scopeOfToken = new ConcurrentHashMap<>();
  private final SplittableRandom random = new SplittableRandom();

  Gatekeeper(Access access) {
    this.access = access;
  }

  /** The value of {@code WWW-Authenticate} when the request may not pass; empty when it may. */
  Optional<String> challenge(Route route, @Nullable String authorization, String origin) {
    if (access instanceof Access.Anonymous) {
      return Optional.empty();
    }
    if (access instanceof Access.Basic basic) {
      boolean known = basic.credentials().authorization().equals(authorization);
      return known ? Optional.empty() : Optional.of("Basic realm=\"" + SERVICE + "\"");
    }
    String scope = route.scope();
    boolean granted = authorization != null && scope.equals(grantedScope(authorization));
    return granted ? Optional.empty() : Optional.of(bearerChallenge(origin, scope));
  }

  private static String bearerChallenge(String origin, String scope) {
    String challenge =
        "Bearer realm=\"" + origin + Route.TOKEN_PATH + "\",service=\"" + SERVICE + "\"";
    return scope.isEmpty() ? challenge : challenge + ",scope=\"" + scope + "\"";
  }

  private @Nullable String grantedScope(String authorization) {
    String scheme = "Bearer ";
    return authorization.startsWith(scheme)
        ? scopeOfToken.get(authorization.substring(scheme.length()))
        : null;
  }

  /** A new token for the scope that the query names; empty if the request lacks credentials. */
  Optional<String> issueToken(String uri, @Nullable String authorization) {
    Map<String, List<String>> query = new QueryStringDecoder(uri).parameters();
    boolean serviceKnown = List.of(SERVICE).equals(query.get("service"));
    if (!serviceKnown || !mayHaveToken(authorization)) {
      return Optional.empty();
    }
    String token = newToken();
    scopeOfToken.put(token, String.join(" ", query.getOrDefault("scope", List.of(""))));
    return Optional.of(token);
  }

  private boolean mayHaveToken(@Nullable String authorization) {
    if (access instanceof Access.Bearer bearer) {
      return bearer.credentials().authorization().equals(authorization);
    }
    return access instanceof Access.AnonymousBearer;
  }

  /** Unique, and no secret: these tokens open a test's data on loopback. */
  private synchronized String newToken() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Forgets all tokens, as a token server does when they expire. */
  void expireTokens() {
    scopeOfToken.clear();
  }
}
