package dev.penstock.client.registry;

import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.BodyTooLargeException;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpFields;
import dev.penstock.client.registry.http.HttpTransport;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Asks for pages, and holds one in memory at a time, up to a limit. */
final class ListReading {
  /** As large as a manifest may be. Registries that ignore page sizes answer with all they have. */
  static final int MAX_PAGE_BYTES = 4 << 20;

  private static final int MAX_ERROR_BYTES = 16 * 1024;

  private final AuthorizedHttp http;

  ListReading(AuthorizedHttp http) {
    this.http = http;
  }

  /** Reads the answer, whatever its status. */
  CompletableFuture<ListAnswer> read(
      ListSource source, String accept, String scope, Failures failures, Errand errand) {
    return http.send("GET", source.target(), Map.of("Accept", accept), scope, errand)
        .thenCompose(response -> read(response, failures));
  }

  private static CompletableFuture<ListAnswer> read(HttpAnswer response, Failures failures) {
    HttpFields headers = response.headers();
    // Elsewhere than on the event loop: a large page takes a while to parse.
    return body(response, failures)
        .thenApplyAsync(
            body ->
                new ListAnswer(
                    response.statusCode(),
                    Responses.mediaType(headers),
                    headers.allValues("Link"),
                    headers.firstValue("OCI-Filters-Applied"),
                    RetryAfter.of(headers, Clock.systemUTC()),
                    ByteBuffer.wrap(body).asReadOnlyBuffer()));
  }

  private static CompletableFuture<byte[]> body(HttpAnswer response, Failures failures) {
    if (response.statusCode() != 200) {
      return response.body().readAll(MAX_ERROR_BYTES).exceptionally(failure -> new byte[0]);
    }
    try {
      Responses.checkClaims(response.headers(), null, failures);
      if (Responses.contentLength(response.headers()).orElse(0) > MAX_PAGE_BYTES) {
        throw tooLarge(failures);
      }
    } catch (RegistryException e) {
      response.body().cancel();
      return CompletableFuture.failedFuture(e);
    }
    return response
        .body()
        .readAll(MAX_PAGE_BYTES)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    HttpTransport.unwrap(failure) instanceof BodyTooLargeException
                        ? tooLarge(failures)
                        : failure));
  }

  private static RegistryException tooLarge(Failures failures) {
    return failures.of(
        Kind.TOO_LARGE,
        "the registry answers with more than %d bytes at once; ask for a smaller page, if it heeds"
                .formatted(MAX_PAGE_BYTES)
            + " that");
  }
}
