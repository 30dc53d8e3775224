package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Repository;
import dev.penstock.client.names.Tag;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.auth.Scopes;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpTransport;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists what refers to a manifest (distribution specification 1.1, "Listing Referrers"), or, where
 * a registry lacks that API, reads the index that pushers keep under a tag in its place
 * ("Unavailable Referrers API").
 */
final class ReferrerListing {
  private static final Logger log = LoggerFactory.getLogger(ReferrerListing.class);
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String FILTER = "artifactType";

  private final ListReading reading;
  private final ManifestReading manifests;
  private final URI registry;

  ReferrerListing(ListReading reading, ManifestReading manifests, URI registry) {
    this.reading = reading;
    this.manifests = manifests;
    this.registry = registry;
  }

  CompletableFuture<Page<Referrer>> page(
      Repository repository,
      Digest subject,
      ReferrerRequest request,
      Failures failures,
      Errand errand) {
    String path = "/v2/" + repository + "/referrers/" + subject;
    ListSource source = new ListSource(registry, path, request.query());
    return reading
        .read(source, INDEX, Scopes.pull(repository), failures, errand)
        .thenCompose(
            answer ->
                request.isFirst() && isUnavailable(answer)
                    ? tagged(repository, subject, request, failures, errand)
                    : listed(source, answer, request, failures));
  }

  /**
   * The specification's word for it is 404. In the wild, registries without the API also take the
   * path for something else, and call it malformed or send a page for people.
   */
  private static boolean isUnavailable(ListAnswer answer) {
    return switch (answer.status()) {
      case 400, 404, 405, 406, 501 -> true;
      default -> answer.isPage() && answer.isWebPage();
    };
  }

  private static CompletableFuture<Page<Referrer>> listed(
      ListSource source, ListAnswer answer, ReferrerRequest request, Failures failures) {
    try {
      if (!answer.isPage()) {
        throw answer.failure(failures);
      }
      boolean isFiltered =
          answer
              .filters()
              .map(names -> List.of(names.split("[\\s,]+")).contains(FILTER))
              .orElse(false);
      List<Referrer> referrers = referrers(answer.body(), request, isFiltered, failures);
      return CompletableFuture.completedFuture(
          new Page<>(referrers, source.nextOf(answer, failures)));
    } catch (RegistryException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private CompletableFuture<Page<Referrer>> tagged(
      Repository repository,
      Digest subject,
      ReferrerRequest request,
      Failures failures,
      Errand errand) {
    Tag tag = new Tag(subject.value().replace(':', '-'));
    return manifests
        .read(repository, tag, failures, errand)
        .thenCompose(index -> tagged(index, request, failures))
        .exceptionallyCompose(
            failure ->
                isNotFound(failure)
                    ? CompletableFuture.completedFuture(new Page<>(List.of(), null))
                    : CompletableFuture.failedFuture(failure));
  }

  /** An image that happens to have such a tag lists no manifests, and so no referrers. */
  private static CompletableFuture<Page<Referrer>> tagged(
      Manifest index, ReferrerRequest request, Failures failures) {
    try {
      return CompletableFuture.completedFuture(
          new Page<>(referrers(index.content(), request, false, failures), null));
    } catch (RegistryException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static boolean isNotFound(Throwable failure) {
    return HttpTransport.unwrap(failure) instanceof RegistryException known
        && known.kind() == Kind.NOT_FOUND;
  }

  private static List<Referrer> referrers(
      ByteBuffer index, ReferrerRequest request, boolean isFiltered, Failures failures)
      throws RegistryException {
    List<Referrer> referrers = new ArrayList<>();
    int[] leftOut = {0};
    ListedArray.each(
        index,
        "manifests",
        json ->
            ReferrerReader.read(json)
                .ifPresentOrElse(
                    referrer -> {
                      if (isFiltered || request.wants(referrer)) {
                        referrers.add(referrer);
                      }
                    },
                    () -> leftOut[0]++),
        failures);
    if (leftOut[0] > 0) {
      log.debug("{}: {} entries left out, which are not valid", failures.what(), leftOut[0]);
    }
    return referrers;
  }
}
