package dev.penstock.client.registry.auth;

import dev.penstock.client.credentials.Credentials;
import dev.penstock.client.credentials.Credentials.IdentityToken;
import dev.penstock.client.credentials.Credentials.None;
import dev.penstock.client.credentials.Credentials.UserPassword;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpQuery;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Origin;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Buys tokens, with the customer's credentials where there are any: with a user and a password by
 * GET, with an identity token by POST (the distribution project's "Token Authentication" and
 * "OAuth2 Token Authentication").
 */
final class TokenServer {
  private static final int MAX_ANSWER_BYTES = 256 * 1024;

  private final HttpTransport transport;

  TokenServer(HttpTransport transport) {
    this.transport = transport;
  }

  /**
   * Buys one in the name of the call that is the first to want it. Others may wait for the same:
   * calling that errand off does not reach it.
   */
  CompletableFuture<Token> token(TokenRequest request, Errand first) {
    return transport
        .send(query(request), first.renewed())
        .thenCompose(answer -> read(request, answer));
  }

  private static HttpQuery query(TokenRequest request) {
    TokenKey key = request.key();
    if (request.credentials() instanceof IdentityToken identity) {
      RefreshRequest refresh = new RefreshRequest(key, identity.token());
      return HttpQuery.posting(
          refresh.uri(), refresh.headers(), new String(refresh.body(), StandardCharsets.UTF_8));
    }
    String basic = request.credentials() instanceof UserPassword user ? basic(user) : null;
    return new HttpQuery("GET", key.uri(), Map.of("Accept", "application/json"), basic);
  }

  /** RFC 7617 §2. */
  static String basic(UserPassword user) {
    byte[] pair = (user.username() + ":" + user.password()).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static CompletableFuture<Token> read(TokenRequest request, HttpAnswer answer) {
    return answer
        .body()
        .readAll(MAX_ANSWER_BYTES)
        .thenCompose(
            body -> {
              try {
                check(request, answer.statusCode());
                return CompletableFuture.completedFuture(parse(request, body));
              } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  private static void check(TokenRequest request, int status) throws IOException {
    if (status == 200) {
      return;
    }
    URI server = request.key().realm();
    String what = "the registry's token server answered " + status;
    if (status == 429 || status >= 500) {
      throw new TokenServerException(what, server);
    }
    throw AccessRefusedException.advising(
        what, "it is %s; %s".formatted(Origin.of(server), advice(request.credentials(), status)));
  }

  private static Token parse(TokenRequest request, byte[] body) throws IOException {
    try {
      return Token.parse(body);
    } catch (IOException e) {
      throw new TokenServerException(String.valueOf(e.getMessage()), request.key().realm());
    }
  }

  private static String advice(Credentials credentials, int status) {
    if (credentials instanceof None none) {
      return "the request was anonymous: there is nothing for this registry in " + none.place();
    }
    return credentials instanceof IdentityToken && status == 404
        ? "it seems not to know identity tokens; use a user name and a password"
        : "check " + credentials.place();
  }
}
