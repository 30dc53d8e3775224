package dev.penstock.testing.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.peers.TokenRealm;
import dev.penstock.testing.registry.Credentials;
import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sells tokens over plain HTTP on a free loopback port, for every scope that is asked for: by GET,
 * to who shows the credentials, and by POST, for the identity token (OAuth 2's refresh token).
 *
 * <p>Any thread; lifetimes can be set while it sells.
 */
public final class TokenServer implements AutoCloseable {
  static final String SERVICE = "penstock-registry";
  static final String ISSUER = "penstock-token-server";
  private static final String PATH = "/token";
  private static final Duration DEFAULT_LIFETIME = Duration.ofMinutes(5);

  private final HttpServer http;
  private final TestIdentity identity;
  private final TokenSigner signer;
  private final @Nullable Credentials credentials;
  private final String identityToken;
  private final Queue<String> sold = new ConcurrentLinkedQueue<>();
  private final AtomicLong refused = new AtomicLong();
  private final Set<String> users = new ConcurrentSkipListSet<>();
  private volatile Duration lifetime = DEFAULT_LIFETIME;
  private volatile Duration announced = DEFAULT_LIFETIME;

  private TokenServer(
      TestIdentity identity, @Nullable Credentials credentials, String identityToken)
      throws IOException {
    this.identity = identity;
    this.signer = new TokenSigner(identity);
    this.credentials = credentials;
    this.identityToken = identityToken;
    this.http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(PATH, this::answer);
    http.start();
  }

  /**
   * Starts one that sells to anybody.
   *
   * @param identity what tokens are signed with; its key is one of an elliptic curve
   */
  public static TokenServer forAnybody(TestIdentity identity) throws IOException {
    return new TokenServer(identity, null, "");
  }

  /** Starts one that sells to who shows these credentials, or has this identity token. */
  public static TokenServer forUser(
      TestIdentity identity, Credentials credentials, String identityToken) throws IOException {
    return new TokenServer(identity, credentials, identityToken);
  }

  /** What a registry has to know of it. */
  public TokenRealm realm() {
    URI url = URI.create("http://127.0.0.1:" + http.getAddress().getPort() + PATH);
    return new TokenRealm(url, SERVICE, ISSUER, identity.certificate());
  }

  /** How long tokens sold from now on are taken, to the second, and what their buyers are told. */
  public void lifetime(Duration actual, Duration said) {
    lifetime = actual;
    announced = said;
  }

  /** Tokens sold so far. */
  public long sold() {
    return sold.size();
  }

  /** Those tokens themselves. */
  public Set<String> tokens() {
    return Set.copyOf(sold);
  }

  /** Requests that got none. */
  public long refused() {
    return refused.get();
  }

  /** All user names that were shown, right or wrong. */
  public Set<String> usersSeen() {
    return new TreeSet<>(users);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean isForm = exchange.getRequestMethod().equals("POST");
      String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      QueryStringDecoder query =
          isForm
              ? new QueryStringDecoder(form, false)
              : new QueryStringDecoder(exchange.getRequestURI());
      Map<String, List<String>> asked = query.parameters();
      String subject = isForm ? holder(asked) : user(exchange);
      if (subject == null || !List.of(SERVICE).equals(asked.get("service"))) {
        refused.incrementAndGet();
        send(exchange, 401, new JsonObject());
      } else {
        String token = token(subject, asked.getOrDefault("scope", List.of()));
        send(exchange, 200, body(isForm ? "access_token" : "token", token));
      }
    }
  }

  /** Whoever has the identity token; null if this is not it. */
  private @Nullable String holder(Map<String, List<String>> form) {
    boolean isKnown =
        !identityToken.isEmpty() && List.of(identityToken).equals(form.get("refresh_token"));
    return isKnown && List.of("refresh_token").equals(form.get("grant_type"))
        ? "identity-token"
        : null;
  }

  /** The user who shows the right password; null for anybody else where one is wanted. */
  private @Nullable String user(HttpExchange exchange) {
    Credentials shown =
        Credentials.of(exchange.getRequestHeaders().getFirst("Authorization")).orElse(null);
    if (shown != null) {
      users.add(shown.username());
    }
    boolean isWelcome = credentials == null || credentials.equals(shown);
    String name = shown == null ? "" : shown.username();
    return isWelcome ? name : null;
  }

  private String token(String subject, List<String> scopes) {
    List<String> each =
        scopes.stream()
            .flatMap(scope -> List.of(scope.split(" ", -1)).stream())
            .filter(scope -> !scope.isEmpty())
            .toList();
    String token = signer.sign(Claims.of(subject, each, Instant.now(), lifetime));
    sold.add(token);
    return token;
  }

  private JsonObject body(String member, String token) {
    JsonObject body = new JsonObject();
    body.addProperty(member, token);
    body.addProperty("expires_in", announced.toSeconds());
    body.addProperty("issued_at", Instant.now().toString());
    return body;
  }

  private static void send(HttpExchange exchange, int status, JsonObject json) throws IOException {
    byte[] body = json.toString().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  /** Ends it at once. */
  @Override
  public void close() {
    http.stop(0);
  }
}
