package dev.penstock.testing.registry;

import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in or says what they lack, issues the tokens of the bearer scheme, and signs the
 * URLs that redirects lead to. Any thread.
 */
final class Gatekeeper {
  private static final String SERVICE = "penstock-embedded";

  private static final Duration DEFAULT_URL_LIFE = Duration.ofHours(1);

  private final TroubleBook troubles;
  private final InstantSource clock;
  private final UrlSigner urls = new UrlSigner();
  private final Map<String, Grant> grants = new ConcurrentHashMap<>();
  private final AtomicLong tokensIssued = new AtomicLong();
  private final SplittableRandom random = new SplittableRandom();

  /** Signatures of URLs, all that were given out. */
  private final Set<String> signatures = ConcurrentHashMap.newKeySet();

  /** Volatile: a test changes it while requests come. */
  private volatile Access access;

  /** What a token lets in, and until when. */
  private record Grant(String scope, Instant end, boolean cutsBodies) {}

  Gatekeeper(Access access, TroubleBook troubles, InstantSource clock) {
    this.access = access;
    this.troubles = troubles;
    this.clock = clock;
  }

  /** The value of {@code WWW-Authenticate} when the request may not pass; empty when it may. */
  Optional<String> challenge(Route route, @Nullable String authorization, String origin) {
    Access now = access;
    if (now instanceof Access.Anonymous) {
      return Optional.empty();
    }
    if (now instanceof Access.Basic basic) {
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
    Grant grant = grant(authorization);
    return grant != null && clock.instant().isBefore(grant.end) ? grant.scope : null;
  }

  private @Nullable Grant grant(@Nullable String authorization) {
    String scheme = "Bearer ";
    return authorization != null && authorization.startsWith(scheme)
        ? grants.get(authorization.substring(scheme.length()))
        : null;
  }

  /** How long a body may go on that this header opened; null for as long as it takes. */
  @Nullable Duration patience(@Nullable String authorization) {
    Grant grant = grant(authorization);
    return grant == null || !grant.cutsBodies ? null : Duration.between(clock.instant(), grant.end);
  }

  /** A new token for the scope that the query names; empty if the request lacks credentials. */
  Optional<String> issueToken(String uri, @Nullable String authorization) {
    Map<String, List<String>> query = new QueryStringDecoder(uri).parameters();
    boolean serviceKnown = List.of(SERVICE).equals(query.get("service"));
    if (!serviceKnown || !mayHaveToken(authorization)) {
      return Optional.empty();
    }
    String token = newToken();
    grants.put(token, grantFor(String.join(" ", query.getOrDefault("scope", List.of("")))));
    tokensIssued.incrementAndGet();
    return Optional.of(token);
  }

  private Grant grantFor(String scope) {
    String[] parts = scope.split(":", -1);
    String repository = parts.length == 3 ? parts[1] : "";
    return troubles
        .find(repository, Troubles::tokenLife)
        .map(life -> new Grant(scope, clock.instant().plus(life.lifetime()), life.cutsBodies()))
        .orElseGet(() -> new Grant(scope, Instant.MAX, false));
  }

  long tokensIssued() {
    return tokensIssued.get();
  }

  /** The path of a blob at the store, with a signature. */
  String signedPath(Route.BlobOf blob) {
    Duration life = troubles.find(blob.repository(), Troubles::urlLife).orElse(DEFAULT_URL_LIFE);
    String path = urls.sign(Route.STORE_PATH + blob.digest(), clock.instant().plus(life));
    signatures.add(path.substring(path.lastIndexOf('=') + 1));
    return path;
  }

  boolean isSigned(String uri) {
    return urls.isValid(uri, clock.instant());
  }

  private boolean mayHaveToken(@Nullable String authorization) {
    Access now = access;
    if (now instanceof Access.Bearer bearer) {
      return bearer.credentials().authorization().equals(authorization);
    }
    return now instanceof Access.AnonymousBearer;
  }

  /** Unique, and no secret: these tokens open a test's data on loopback. */
  private synchronized String newToken() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** From now on readers are let in so; tokens sold before stay good. */
  void letIn(Access others) {
    access = others;
  }

  /** Tokens and signatures of URLs that were given out and may be used. */
  Set<String> secretsIssued() {
    Set<String> secrets = new TreeSet<>(grants.keySet());
    secrets.addAll(signatures);
    return secrets;
  }

  /** Forgets all tokens, as a token server does when they expire. */
  void expireTokens() {
    grants.clear();
  }
}
