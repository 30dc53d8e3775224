package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.auth.Scopes;
import dev.penstock.client.registry.http.BodyTooLargeException;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpTransport;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Reads manifests and indexes whole, and compares their digest with all that is known of it. */
final class ManifestReading {
  /** A registry converts or refuses what the client does not list: list everything there is. */
  static final String ACCEPT =
      String.join(
          ", ",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "*/*;q=0.1");

  private final AuthorizedHttp http;
  private final RegistryOptions options;

  ManifestReading(AuthorizedHttp http, RegistryOptions options) {
    this.http = http;
    this.options = options;
  }

  CompletableFuture<Manifest> read(
      Repository repository, Reference reference, Failures failures, Errand errand) {
    String path = "/v2/" + repository + "/manifests/" + reference;
    return http.send("GET", path, Map.of("Accept", ACCEPT), Scopes.pull(repository), errand)
        .thenCompose(
            response ->
                response.statusCode() == 200
                    ? readContent(reference, response, failures)
                    : Responses.fail(response, failures));
  }

  private CompletableFuture<Manifest> readContent(
      Reference reference, HttpAnswer response, Failures failures) {
    if (Responses.contentLength(response.headers()).orElse(0) > options.maxManifestBytes()) {
      response.body().cancel();
      return CompletableFuture.failedFuture(tooLarge(failures));
    }
    return response
        .body()
        .readAll(options.maxManifestBytes())
        .handle(
            (content, failure) -> {
              if (failure == null) {
                return check(reference, response, content, failures);
              }
              return CompletableFuture.<Manifest>failedFuture(
                  HttpTransport.unwrap(failure) instanceof BodyTooLargeException
                      ? tooLarge(failures)
                      : failure);
            })
        .thenCompose(manifest -> manifest);
  }

  private static CompletableFuture<Manifest> check(
      Reference reference, HttpAnswer response, byte[] content, Failures failures) {
    try {
      String mediaType = Responses.mediaType(response.headers());
      if (mediaType.equalsIgnoreCase("text/html")) {
        throw failures.of(
            Kind.UNSUPPORTED,
            "a web page came: a login page, or no registry; check its URL and credentials");
      }
      Digest digest = Digest.of(content);
      if (reference instanceof Digest && !reference.equals(digest)) {
        throw failures.of(Kind.CORRUPT, "the registry sends other content, with digest " + digest);
      }
      Responses.checkClaims(response.headers(), digest, failures);
      return CompletableFuture.completedFuture(
          new Manifest(ByteBuffer.wrap(content).asReadOnlyBuffer(), mediaType, digest));
    } catch (RegistryException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private RegistryException tooLarge(Failures failures) {
    return failures.of(
        Kind.TOO_LARGE,
        "it is larger than the %d bytes that are read".formatted(options.maxManifestBytes()));
  }
}
