package dev.penstock.client.registry;

import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.names.Tag;
import dev.penstock.client.registry.auth.Authorizer;
import dev.penstock.client.registry.auth.ConfiguredCredentials;
import dev.penstock.client.registry.auth.CredentialSource;
import dev.penstock.client.registry.http.Abort;
import dev.penstock.client.registry.http.HttpTransport;
import java.time.Duration;
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
  private final HttpTransport transport;
  private final ResumeRule resumeRule;
  private final Duration openingPatience;
  private final BlobOpening blobs;
  private final BlobSizes sizes;
  private final ManifestReading manifests;
  private final ManifestStats manifestStats;
  private final NameListing names;
  private final ReferrerListing referrers;

  /** A reader that has not connected yet: the first read does. */
  public RegistryReader(
      RegistryEndpoint endpoint, RegistryOptions options, HttpTransport transport) {
    this(endpoint, new ConfiguredCredentials(endpoint.credentials()), options, transport);
  }

  /** The same, with credentials from elsewhere. */
  public RegistryReader(
      RegistryEndpoint endpoint,
      CredentialSource credentials,
      RegistryOptions options,
      HttpTransport transport) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.resumeRule = options.resumeRule();
    this.openingPatience = options.openingPatience();
    this.health = new RegistryHealth(endpoint);
    Authorizer authorizer = new Authorizer(transport, endpoint.uri(), credentials);
    AuthorizedHttp http = new AuthorizedHttp(transport, authorizer, endpoint.uri());
    sizes = new BlobSizes(http);
    blobs = new BlobOpening(http, sizes, options);
    manifests = new ManifestReading(http, options);
    manifestStats = new ManifestStats(http, manifests);
    ListReading lists = new ListReading(http);
    names = new NameListing(lists, endpoint.uri());
    referrers = new ReferrerListing(lists, manifests, endpoint.uri());
  }

  /** Where it reads. */
  public RegistryEndpoint endpoint() {
    return endpoint;
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
    Failures failures = manifestFailures(repository, reference);
    return run(
        failures, abort -> manifests.read(repository, reference, failures, abort), unwanted -> {});
  }

  /** A manifest's size, media type and digest, without its content where the registry allows. */
  public CompletableFuture<ManifestStat> statManifest(Repository repository, Reference reference) {
    Failures failures = manifestFailures(repository, reference);
    return run(
        failures,
        abort -> manifestStats.stat(repository, reference, failures, abort),
        unwanted -> {});
  }

  private Failures manifestFailures(Repository repository, Reference reference) {
    String separator = reference instanceof Digest ? "@" : ":";
    return failures("manifest " + repository + separator + reference);
  }

  /** A page of the tags of a repository. */
  public CompletableFuture<Page<Tag>> tags(Repository repository, PageRequest request) {
    return list(NameList.tags(repository), request);
  }

  /** A page of all repositories, whatever may be read of them. */
  public CompletableFuture<Page<Repository>> repositories(PageRequest request) {
    return list(NameList.repositories(), request);
  }

  private <T> CompletableFuture<Page<T>> list(NameList<T> list, PageRequest request) {
    Failures failures = failures(list.what());
    return run(failures, abort -> names.page(list, request, failures, abort), unwanted -> {});
  }

  /** A page of the manifests whose subject is this digest. */
  public CompletableFuture<Page<Referrer>> referrers(
      Repository repository, Digest subject, ReferrerRequest request) {
    Failures failures = failures("referrers of " + repository + "@" + subject);
    return run(
        failures,
        abort -> referrers.page(repository, subject, request, failures, abort),
        unwanted -> {});
  }

  private Failures failures(String what) {
    return new Failures("%s of registry '%s'".formatted(what, endpoint.name()));
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
