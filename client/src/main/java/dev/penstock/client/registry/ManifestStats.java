package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.InvalidNameException;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.auth.Scopes;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpAnswer;
import dev.penstock.client.registry.http.HttpFields;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Learns a manifest's size, type and digest: by HEAD, or, where that is not allowed or does not
 * tell all three, from the manifest itself. The digest header is optional in the specification.
 */
final class ManifestStats {
  private final AuthorizedHttp http;
  private final ManifestReading manifests;

  ManifestStats(AuthorizedHttp http, ManifestReading manifests) {
    this.http = http;
    this.manifests = manifests;
  }

  CompletableFuture<ManifestStat> stat(
      Repository repository, Reference reference, Failures failures, Errand errand) {
    String path = "/v2/" + repository + "/manifests/" + reference;
    Map<String, String> headers = Map.of("Accept", ManifestReading.ACCEPT);
    return http.send("HEAD", path, headers, Scopes.pull(repository), errand)
        .thenCompose(
            response ->
                switch (response.statusCode()) {
                  case 200 ->
                      told(response.headers())
                          .map(stat -> check(stat, reference, response, failures))
                          .orElseGet(() -> read(response, repository, reference, failures, errand));
                  case 405, 501 -> read(response, repository, reference, failures, errand);
                  default -> Responses.fail(response, failures);
                });
  }

  private static Optional<ManifestStat> told(HttpFields headers) {
    String mediaType = Responses.mediaType(headers);
    boolean isUsable = headers.firstValue("Content-Type").isPresent() && !isWebPage(mediaType);
    return isUsable && Responses.contentLength(headers).isPresent()
        ? digest(headers)
            .map(
                digest ->
                    new ManifestStat(
                        Responses.contentLength(headers).getAsLong(), mediaType, digest))
        : Optional.empty();
  }

  /** What the GET is asked about a login page, and says of it, is {@link ManifestReading}'s. */
  private static boolean isWebPage(String mediaType) {
    return mediaType.equalsIgnoreCase("text/html");
  }

  private static Optional<Digest> digest(HttpFields headers) {
    try {
      return headers.firstValue("Docker-Content-Digest").map(Digest::new);
    } catch (InvalidNameException e) {
      return Optional.empty(); // Of another algorithm, perhaps.
    }
  }

  private static CompletableFuture<ManifestStat> check(
      ManifestStat stat, Reference reference, HttpAnswer response, Failures failures) {
    return response
        .body()
        .discard()
        .thenCompose(
            discarded -> {
              try {
                Digest expected = reference instanceof Digest digest ? digest : null;
                Responses.checkClaims(response.headers(), expected, failures);
                return CompletableFuture.completedFuture(stat);
              } catch (RegistryException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  private CompletableFuture<ManifestStat> read(
      HttpAnswer head,
      Repository repository,
      Reference reference,
      Failures failures,
      Errand errand) {
    return head.body()
        .discard()
        .thenCompose(discarded -> manifests.read(repository, reference, failures, errand))
        .thenApply(
            manifest ->
                new ManifestStat(
                    manifest.content().remaining(), manifest.mediaType(), manifest.digest()));
  }
}
