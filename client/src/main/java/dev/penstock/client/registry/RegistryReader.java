package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.auth.Authorizer;
import dev.penstock.client.registry.http.Abort;
import dev.penstock.client.registry.http.HttpQuery;
import dev.penstock.client.registry.http.HttpTransport;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads one registry. Every future fails with a {@link RegistryException} and with nothing else;
 * cancelling it cancels the request under way.
 *
 * <p>Threads: any. A transport may be shared by several readers and is not closed by them.
 */
public final class RegistryReader {
  private final RegistryEndpoint endpoint;
  private final RegistryHealth health;
  private final RegistryTraffic traffic;
  private final HttpTransport transport;
  private final ResumeRule resumeRule;
  private final Duration openingPatience;
  private final BlobOpening blobs;
  private final BlobSizes sizes;
  private final ManifestReading manifests;

  /** A reader that has not connected yet: the first read does. */
  public RegistryReader(
      RegistryEndpoint endpoint, RegistryOptions options, HttpTransport transport) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.resumeRule = options.resumeRule();
    this.openingPatience = options.openingPatience();
    this.health = new RegistryHealth(endpoint);
    this.traffic = new RegistryTraffic(endpoint.name());
    Authorizer authorizer = new Authorizer(transport, endpoint.uri(), endpoint.credentials());
    AuthorizedHttp http = new AuthorizedHttp(transport, authorizer, endpoint.uri(), traffic);
    sizes = new BlobSizes(http);
    blobs = new BlobOpening(http, sizes, options);
    manifests = new ManifestReading(http, options);
  }

  /** Where it reads. */
  public RegistryEndpoint endpoint() {
    return endpoint;
  }

  /** What it was asked, and how it fares. */
  public RegistryTraffic traffic() {
    return traffic;
  }

  /**
   * Asks whether it is there, without credentials: {@link #traffic} learns of it.
   *
   * @return completes when the answer is there or will not come
   */
  public CompletableFuture<?> probe() {
    HttpQuery root = new HttpQuery("GET", URI.create(endpoint.uri() + "/v2/"), Map.of(), null);
    return traffic
        .observe(transport.send(root, new Abort()))
        .thenCompose(answer -> answer.body().discard());
  }

  /** Size and media type, without the content. */
  public CompletableFuture<BlobStat> stat(Repository repository, Digest digest) {
    BlobName blob = new BlobName(repository, digest, endpoint.name());
    return run(blob.failures(), abort -> sizes.stat(blob, abort), unwanted -> {});
  }

  /** Opens a blob at a range; whoever gets it consumes or cancels it. */
  public CompletableFuture<BlobContent> blob(
      Repository repository, Digest digest, BlobRange range) {
    BlobName blob = new BlobName(repository, digest, endpoint.name());
    return run(
        blob.failures(),
        abort -> blobs.open(blob, range, abort).thenApply(opened -> outliving(opened, blob)),
        BlobContent::cancel);
  }

  private BlobContent outliving(BlobContent opened, BlobName blob) {
    return opened.over(
        new ResumingBody(
            opened,
            (range, abort) -> blobs.open(blob, range, abort),
            transport,
            resumeRule,
            blob.failures()));
  }

  /** A manifest with its exact bytes; its digest has been compared with all that is known of it. */
  public CompletableFuture<Manifest> manifest(Repository repository, Reference reference) {
    Failures failures =
        new Failures(
            "manifest %s%s%s of registry '%s'"
                .formatted(
                    repository,
                    reference instanceof Digest ? "@" : ":",
                    reference,
                    endpoint.name()));
    return run(
        failures, abort -> manifests.read(repository, reference, failures, abort), unwanted -> {});
  }

  /** A future of ours to cancel, in place of a chain whose cancellation would not reach back. */
  private <T> CompletableFuture<T> run(
      Failures failures, Function<Abort, CompletableFuture<T>> read, Consumer<T> drop) {
    Abort abort = new Abort();
    CompletableFuture<T> result = new CompletableFuture<>();
    new Repeating(transport, failures, openingPatience, abort)
        .run(read)
        .whenComplete(
            (value, failure) -> {
              RegistryException known = failure == null ? null : failures.of(failure);
              if (!result.isCancelled()) {
                health.observe(known);
                if (known != null) {
                  traffic.failed(known);
                }
              }
              if (known != null) {
                result.completeExceptionally(known);
              } else if (!result.complete(value)) {
                drop.accept(value);
              }
            });
    result.whenComplete(
        (value, failure) -> {
          if (failure instanceof CancellationException) {
            abort.abort();
          }
        });
    return result;
  }
}
