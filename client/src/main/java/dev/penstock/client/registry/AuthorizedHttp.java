package dev.penstock.client.registry;

import dev.penstock.client.registry.auth.Authorizer;
import dev.penstock.client.registry.http.Abort;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpQuery;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.Origin;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends queries to one registry, and answers its 401 once per query. */
final class AuthorizedHttp {
  private final HttpTransport transport;
  private final Authorizer authorizer;
  private final URI registry;
  private final RegistryTraffic traffic;

  AuthorizedHttp(
      HttpTransport transport, Authorizer authorizer, URI registry, RegistryTraffic traffic) {
    this.transport = transport;
    this.authorizer = authorizer;
    this.registry = registry;
    this.traffic = traffic;
  }

  /** Always starts at the registry's own URL; a signed one from an earlier redirect is stale. */
  CompletableFuture<HttpAnswer> send(
      String method, String path, Map<String, String> headers, String scope, Abort abort) {
    HttpQuery query = new HttpQuery(method, URI.create(registry + path), headers, null);
    return authorizer
        .header(scope)
        .thenCompose(
            header -> {
              String known = header.orElse(null);
              return traffic
                  .observe(transport.send(query.authorizedBy(known), abort))
                  .thenCompose(response -> answerChallenge(query, response, scope, known, abort));
            });
  }

  private CompletableFuture<HttpAnswer> answerChallenge(
      HttpQuery query, HttpAnswer response, String scope, @Nullable String refused, Abort abort) {
    // The challenge of another origin, to which a redirect led, is not for these credentials.
    boolean isOurs = Origin.of(response.uri()).equals(Origin.of(registry));
    if (response.statusCode() != 401 || !isOurs) {
      return CompletableFuture.completedFuture(response);
    }
    return response
        .body()
        .discard()
        .thenCompose(discarded -> authorizer.answer(response.headers(), scope, refused))
        .thenCompose(header -> traffic.observe(transport.send(query.authorizedBy(header), abort)));
  }
}
