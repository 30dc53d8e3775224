package dev.penstock.client.registry.auth;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.credentials.Credentials;
import dev.penstock.client.credentials.Credentials.RegistryToken;
import dev.penstock.client.credentials.Credentials.UserPassword;
import dev.penstock.client.registry.http.Errand;
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
  private final CredentialSource source;
  private final TokenCache tokens;

  @GuardedBy("this")
  private final Map<String, Learnt> learnt =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Learnt> eldest) {
          return size() > MAX_SCOPES;
        }
      };

  /** What goes with requests of a scope, and the credentials that it was made of. */
  private sealed interface Learnt permits Fixed, Bought {
    Credentials credentials();
  }

  /** A header that does not change. */
  private record Fixed(String header, Credentials credentials) implements Learnt {
    @Override
    public String toString() {
      return "Fixed"; // the header is a secret
    }
  }

  /** A token, which is bought anew when it is about to expire. */
  private record Bought(TokenRequest request) implements Learnt {
    @Override
    public Credentials credentials() {
      return request.credentials();
    }
  }

  /** What a 401 asks for, and of whom. */
  private record Asked(
      List<Challenge> challenges, String scope, @Nullable String refused, Errand errand) {
    @Override
    public String toString() {
      return "Asked"; // what was refused is a secret
    }
  }

  /** An authorizer that has learnt nothing yet. */
  public Authorizer(HttpTransport transport, URI registry, CredentialSource source) {
    this.registry = Origin.of(registry);
    this.source = source;
    tokens = new TokenCache(new TokenServer(transport)::token, System::nanoTime);
  }

  /**
   * The header to send unasked; empty as long as nothing is known, and again once the credentials
   * are others than those it was learnt with: then the registry's 401 teaches anew, and what was
   * withdrawn is not sent again. Fails with an {@link IOException} when a new token is due and
   * cannot be had, but not because it is refused.
   *
   * @param scope of the request, e.g. {@code repository:team/app:pull}
   * @param errand of the request, which a token server is told when it is asked for it
   */
  public CompletableFuture<Optional<String>> header(String scope, Errand errand) {
    Learnt known;
    synchronized (this) {
      known = learnt.get(scope);
    }
    return known == null
        ? CompletableFuture.completedFuture(Optional.empty())
        : source
            .find(Scopes.repository(scope))
            // Unreadable for now, perhaps because they are just being replaced.
            .exceptionally(failure -> known.credentials())
            .thenCompose(now -> header(scope, known, now, errand));
  }

  private CompletableFuture<Optional<String>> header(
      String scope, Learnt known, Credentials now, Errand errand) {
    if (!now.equals(known.credentials())) {
      return forget(scope, known);
    }
    if (known instanceof Fixed fixed) {
      return CompletableFuture.completedFuture(Optional.of(fixed.header()));
    }
    return tokens
        .token(((Bought) known).request(), errand)
        .thenApply(token -> Optional.of(token.header()))
        .exceptionallyCompose(
            failure -> {
              if (HttpTransport.unwrap(failure) instanceof AccessRefusedException) {
                source.refused(now);
                return forget(scope, known);
              }
              return CompletableFuture.failedFuture(failure);
            });
  }

  private synchronized CompletableFuture<Optional<String>> forget(String scope, Learnt known) {
    learnt.remove(scope, known);
    return CompletableFuture.completedFuture(Optional.empty());
  }

  /**
   * The header to try after a 401. Fails with {@link AccessRefusedException} when there is nothing
   * better than what was refused.
   *
   * @param answer the headers of the 401
   * @param refused what had been sent; null: nothing
   * @param errand of the request, as for {@link #header}
   */
  public CompletableFuture<String> answer(
      HttpFields answer, String scope, @Nullable String refused, Errand errand) {
    Asked asked =
        new Asked(Challenge.parse(answer.allValues("WWW-Authenticate")), scope, refused, errand);
    return find(scope)
        .thenCompose(
            credentials ->
                answer(asked, credentials)
                    .exceptionallyCompose(failure -> onceMore(asked, credentials, failure)));
  }

  /** Credentials that are refused may have been replaced where they are kept. */
  private CompletableFuture<String> onceMore(Asked asked, Credentials tried, Throwable failure) {
    if (!(HttpTransport.unwrap(failure) instanceof AccessRefusedException)) {
      return CompletableFuture.failedFuture(failure);
    }
    source.refused(tried);
    return find(asked.scope())
        .thenCompose(
            now ->
                now.equals(tried) ? CompletableFuture.failedFuture(failure) : answer(asked, now));
  }

  private CompletableFuture<Credentials> find(String scope) {
    return source
        .find(Scopes.repository(scope))
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    new AccessRefusedException(
                        "the client cannot get its credentials for this registry",
                        HttpTransport.unwrap(failure))));
  }

  private CompletableFuture<String> answer(Asked asked, Credentials credentials) {
    try {
      Optional<Challenge> bearer = find(asked.challenges(), "bearer");
      if (credentials instanceof RegistryToken token) {
        return fixed(asked, "Bearer " + token.token(), credentials);
      }
      if (bearer.isPresent()) {
        TokenKey key = TokenKey.of(bearer.get(), asked.scope(), registry);
        return buy(asked, new TokenRequest(key, credentials));
      }
      if (find(asked.challenges(), "basic").isPresent()) {
        return fixed(asked, basicHeader(credentials), credentials);
      }
      throw unknown(asked.challenges());
    } catch (AccessRefusedException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<String> buy(Asked asked, TokenRequest request) {
    if (asked.refused() != null) {
      tokens.forget(request, asked.refused());
    }
    return tokens
        .token(request, asked.errand())
        .thenApply(
            token -> {
              remember(asked.scope(), new Bought(request));
              return token.header();
            });
  }

  private CompletableFuture<String> fixed(Asked asked, String header, Credentials credentials)
      throws AccessRefusedException {
    if (header.equals(asked.refused())) {
      throw AccessRefusedException.advising(
          "the registry refuses the customer's credentials", "check " + credentials.place());
    }
    remember(asked.scope(), new Fixed(header, credentials));
    return CompletableFuture.completedFuture(header);
  }

  private synchronized void remember(String scope, Learnt what) {
    learnt.put(scope, what);
  }

  private String basicHeader(Credentials credentials) throws AccessRefusedException {
    if (credentials instanceof UserPassword user) {
      return TokenServer.basic(user);
    }
    throw AccessRefusedException.advising(
        "the registry asks for a user name and a password",
        "there are none in " + credentials.place());
  }

  private static Optional<Challenge> find(List<Challenge> challenges, String scheme) {
    return challenges.stream().filter(challenge -> challenge.scheme().equals(scheme)).findFirst();
  }

  private AccessRefusedException unknown(List<Challenge> challenges) {
    String schemes = challenges.stream().map(Challenge::scheme).collect(Collectors.joining(", "));
    return AccessRefusedException.advising(
        "the registry answers 401 and asks for neither Bearer nor Basic",
        "%s asks for %s".formatted(registry, schemes.isEmpty() ? "nothing" : schemes));
  }
}
