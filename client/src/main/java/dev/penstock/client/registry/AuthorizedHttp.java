package dev.penstock.client.registry;

import dev.penstock.client.registry.auth.Authorizer;
import dev.penstock.client.registry.http.Errand;
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

  /**
   * Always starts at the registry's own URL; a signed one from an earlier redirect is stale. One
   * that a store refuses at once may have become so on the way: then the registry is asked for
   * another, once.
   */
  CompletableFuture<HttpAnswer> send(
      String method, String path, Map<String, String> headers, String scope, Errand errand) {
    HttpQuery query = new HttpQuery(method, URI.create(registry + path), headers, null);
    return sendOnce(query, scope, errand)
        .thenCompose(
            answer ->
                isRefusedLink(answer)
                    ? answer.body().discard().thenCompose(gone -> sendOnce(query, scope, errand))
                    : CompletableFuture.completedFuture(answer));
  }

  private static boolean isRefusedLink(HttpAnswer answer) {
    return answer.isRedirected()
        && switch (answer.statusCode()) {
          case 400, 401, 403 -> true;
          default -> false;
        };
  }

  private CompletableFuture<HttpAnswer> sendOnce(HttpQuery query, String scope, Errand errand) {
    return authorizer
        .header(scope, errand)
        .thenCompose(
            header -> {
              String known = header.orElse(null);
              return traffic
                  .observe(transport.send(query.authorizedBy(known), errand))
                  .thenCompose(response -> answerChallenge(query, response, scope, known, errand));
            });
  }

  private CompletableFuture<HttpAnswer> answerChallenge(
      HttpQuery query, HttpAnswer response, String scope, @Nullable String refused, Errand errand) {
    // The challenge of another origin, to which a redirect led, is not for these credentials.
    boolean isOurs = Origin.of(response.uri()).equals(Origin.of(registry));
    if (response.statusCode() != 401 || !isOurs) {
      return CompletableFuture.completedFuture(response);
    }
    return response
        .body()
        .discard()
        .thenCompose(discarded -> authorizer.answer(response.headers(), scope, refused, errand))
        .thenCompose(
            header ->
                traffic
                    .observe(transport.send(query.authorizedBy(header), errand))
                    .thenCompose(again -> explainRefusal(query, again, scope, header, errand)));
  }

  /**
   * A password that is refused is told as such; of a token, only the registry knows what it lacks.
   */
  private CompletableFuture<HttpAnswer> explainRefusal(
      HttpQuery query, HttpAnswer response, String scope, String sent, Errand errand) {
    return sent.startsWith("Basic ") && !sent.equals(query.authorization())
        ? answerChallenge(query.authorizedBy(sent), response, scope, sent, errand)
        : CompletableFuture.completedFuture(response);
  }
}
