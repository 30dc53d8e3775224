package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpFields;
import dev.penstock.client.registry.http.Origin;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What the responses to all reads have in common. */
final class Responses {
  private static final int MAX_ERROR_BYTES = 16 * 1024;
  static final String DEFAULT_MEDIA_TYPE = "application/octet-stream";

  private Responses() {}

  /** Reads what the registry says about a status that is no success, and fails with it. */
  static <T> CompletableFuture<T> fail(HttpAnswer response, Failures failures) {
    return response
        .body()
        .readAll(MAX_ERROR_BYTES)
        .exceptionally(failure -> new byte[0])
        .thenCompose(body -> CompletableFuture.failedFuture(failure(response, body, failures)));
  }

  private static RegistryException failure(HttpAnswer response, byte[] body, Failures failures) {
    RegistryException failure =
        response.isRedirected()
            ? failures.ofStore(Origin.of(response.uri()), response.statusCode())
            : failures.ofStatus(response.statusCode(), body);
    return RetryAfter.of(response.headers(), Clock.systemUTC())
        .map(failure::withRetryAfter)
        .orElse(failure);
  }

  /** The Content-Type without parameters. */
  static String mediaType(HttpFields headers) {
    return headers
        .firstValue("Content-Type")
        .map(value -> value.split(";", 2)[0].strip())
        .filter(value -> !value.isEmpty())
        .orElse(DEFAULT_MEDIA_TYPE);
  }

  /** Empty when it is absent or no number. */
  static OptionalLong contentLength(HttpFields headers) {
    Optional<String> value = headers.firstValue("Content-Length");
    return value.filter(text -> text.matches("\\d{1,18}")).isPresent()
        ? OptionalLong.of(Long.parseLong(value.get()))
        : OptionalLong.empty();
  }

  /**
   * Refuses a response that says of itself that it is something else.
   *
   * @param expected null: by tag, anything is right
   */
  static void checkClaims(HttpFields headers, @Nullable Digest expected, Failures failures)
      throws RegistryException {
    Optional<String> encoding =
        headers.firstValue("Content-Encoding").filter(value -> !value.equals("identity"));
    if (encoding.isPresent()) {
      throw failures.of(Kind.UNSUPPORTED, "the registry sends it with a Content-Encoding");
    }
    Optional<String> claimed =
        headers.firstValue("Docker-Content-Digest").filter(value -> value.startsWith("sha256:"));
    if (expected != null && claimed.isPresent() && !claimed.get().equals(expected.value())) {
      throw failures.of(Kind.CORRUPT, "the registry says that it sends another digest");
    }
  }
}
