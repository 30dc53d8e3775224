package dev.penstock.client.registry.auth;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.registry.http.HttpFields;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Origin;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Knows what to authorize a request to one registry with. It learns from the registry's 401 answers
 * and remembers per scope, so that a challenge costs its round trips once and not per request.
 */
public final class Authorizer {
  private static final int MAX_SCOPES = 256;

  private final Origin registry;
  private final @Nullable BasicCredentials credentials;
  private final TokenCache tokens;

  @GuardedBy("this")
  private final Map<String, TokenKey> keys =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenKey> eldest) {
          return size() > MAX_SCOPES;
        }
      };

  @GuardedBy("this")
  private @Nullable String basic;

  /**
   * An authorizer that has learnt nothing yet.
   *
   * @param credentials null: the registry is used anonymously
   */
  public Authorizer(HttpTransport transport, URI registry, @Nullable BasicCredentials credentials) {
    this.registry = Origin.of(registry);
    this.credentials = credentials;
    TokenServer server = new TokenServer(transport, credentials);
    tokens = new TokenCache(server::token, System::nanoTime);
  }

  /**
   * The header to send unasked; empty as long as nothing is known. Fails with an {@link
   * IOException} when a new token is due and cannot be had.
   *
   * @param scope of the request, e.g. {@code repository:team/app:pull}
   */
  public CompletableFuture<Optional<String>> header(String scope) {
    TokenKey key;
    synchronized (this) {
      key = keys.get(scope);
      if (key == null) {
        return CompletableFuture.completedFuture(Optional.ofNullable(basic));
      }
    }
    return tokens.token(key).thenApply(token -> Optional.of(token.header()));
  }

  /**
   * The header to try after a 401. Fails with {@link AccessRefusedException} when there is nothing
   * better than what was refused.
   *
   * @param answer the headers of the 401
   * @param refused what had been sent; null: nothing
   */
  public CompletableFuture<String> answer(
      HttpFields answer, String scope, @Nullable String refused) {
    try {
      List<Challenge> challenges = Challenge.parse(answer.allValues("WWW-Authenticate"));
      Optional<Challenge> bearer = find(challenges, "bearer");
      if (bearer.isPresent()) {
        return buy(TokenKey.of(bearer.get(), scope, registry), scope, refused);
      }
      if (find(challenges, "basic").isPresent()) {
        return CompletableFuture.completedFuture(basicHeader(refused));
      }
      throw new AccessRefusedException(unknown(challenges));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<String> buy(TokenKey key, String scope, @Nullable String refused) {
    synchronized (this) {
      keys.put(scope, key);
    }
    if (refused != null) {
      tokens.forget(key, refused);
    }
    return tokens.token(key).thenApply(Token::header);
  }

  private String basicHeader(@Nullable String refused) throws IOException {
    if (credentials == null) {
      throw new AccessRefusedException(
          registry
              + " asks for a user name and a password; give --registry-username and"
              + " --registry-password-file or PENSTOCK_REGISTRY_PASSWORD");
    }
    String header = credentials.header();
    if (header.equals(refused)) {
      throw new AccessRefusedException(
          "%s refuses the user name and password; check user '%s' and %s"
              .formatted(registry, credentials.username(), credentials.password()));
    }
    synchronized (this) {
      basic = header;
    }
    return header;
  }

  private static Optional<Challenge> find(List<Challenge> challenges, String scheme) {
    return challenges.stream().filter(challenge -> challenge.scheme().equals(scheme)).findFirst();
  }

  private String unknown(List<Challenge> challenges) {
    String schemes = challenges.stream().map(Challenge::scheme).collect(Collectors.joining(", "));
    return "%s answers 401 and asks for neither Bearer nor Basic but for %s"
        .formatted(registry, schemes.isEmpty() ? "nothing" : schemes);
  }
}
