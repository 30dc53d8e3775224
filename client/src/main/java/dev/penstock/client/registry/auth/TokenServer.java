package dev.penstock.client.registry.auth;

import dev.penstock.client.registry.http.Abort;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpQuery;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Origin;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Buys tokens, with the customer's credentials where there are any. */
final class TokenServer {
  private static final int MAX_ANSWER_BYTES = 256 * 1024;

  private final HttpTransport transport;
  private final @Nullable BasicCredentials credentials;

  TokenServer(HttpTransport transport, @Nullable BasicCredentials credentials) {
    this.transport = transport;
    this.credentials = credentials;
  }

  CompletableFuture<Token> token(TokenKey key) {
    try {
      String basic = credentials == null ? null : credentials.header();
      HttpQuery query =
          new HttpQuery("GET", key.uri(), Map.of("Accept", "application/json"), basic);
      // Several transfers may wait for one token: none of them may abort it.
      return transport.send(query, new Abort()).thenCompose(response -> read(key, response));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Token> read(TokenKey key, HttpAnswer response) {
    return response
        .body()
        .readAll(MAX_ANSWER_BYTES)
        .thenCompose(
            answer -> {
              try {
                check(key, response.statusCode());
                return CompletableFuture.completedFuture(Token.parse(answer));
              } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  private void check(TokenKey key, int status) throws IOException {
    if (status == 200) {
      return;
    }
    String what = "the token server %s answered %d".formatted(Origin.of(key.realm()), status);
    if (status == 429 || status >= 500) {
      throw new IOException(what);
    }
    throw new AccessRefusedException(
        what
            + (credentials == null
                ? " to an anonymous request; give --registry-username and"
                    + " --registry-password-file"
                : "; check --registry-username and --registry-password-file"));
  }
}
