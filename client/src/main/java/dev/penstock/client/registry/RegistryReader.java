package dev.penstock.client.registry;

import dev.penstock.client.names.CallIds;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.names.Tag;
import dev.penstock.client.registry.auth.ConfiguredCredentials;
import dev.penstock.client.registry.auth.CredentialSource;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpQuery;
import dev.penstock.client.registry.http.HttpTransport;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one registry. Every future fails with a {@link RegistryException} and with nothing else;
 * cancelling it cancels the request under way.
 *
 * <p>Threads: any. A transport may be shared by several readers and is not closed by them.
 */
public final class RegistryReader {
  private final RegistryParts parts;
  private final @Nullable CallIds call;

  private RegistryReader(RegistryParts parts, @Nullable CallIds call) {
    this.parts = parts;
    this.call = call;
  }

  /** A reader that has not connected yet: the first read does. */
  public RegistryReader(
      RegistryEndpoint endpoint, RegistryOptions options, HttpTransport transport) {
    this(
        endpoint,
        new ConfiguredCredentials(endpoint.credentials(), transport.lookups()),
        options,
        transport);
  }

  /** The same, with credentials from elsewhere. */
  public RegistryReader(
      RegistryEndpoint endpoint,
      CredentialSource credentials,
      RegistryOptions options,
      HttpTransport transport) {
    this(RegistryParts.of(endpoint, credentials, options, transport), null);
  }

  /** The same reader for one call, whose ids the registry is told. */
  public RegistryReader onBehalfOf(CallIds ids) {
    return new RegistryReader(parts, ids);
  }

  /** Where it reads. */
  public RegistryEndpoint endpoint() {
    return parts.endpoint();
  }

  /** Runs a task that does not block once that much time has passed, on a thread of its own. */
  public void after(Duration wait, Runnable task) {
    parts.transport().after(wait, task);
  }

  /** What it was asked, and how it fares. */
  public RegistryTraffic traffic() {
    return parts.traffic();
  }

  /**
   * Asks whether it is there, without credentials.
   *
   * @return completes when {@link #traffic} has learned of the answer, or that none will come; then
   *     it fails, with whatever the transport says
   */
  public CompletableFuture<?> probe() {
    HttpQuery root =
        new HttpQuery("GET", URI.create(parts.endpoint().uri() + "/v2/"), Map.of(), null);
    return parts
        .traffic()
        .learned(parts.transport().send(root, new Errand()))
        .thenCompose(answer -> answer.body().discard());
  }

  /** Size and media type, without the content. */
  public CompletableFuture<BlobStat> stat(Repository repository, Digest digest) {
    BlobName blob = new BlobName(repository, digest, parts.endpoint().name());
    return run(blob.failures(), errand -> parts.sizes().stat(blob, errand), unwanted -> {});
  }

  /** Opens a blob at a range; whoever gets it consumes or cancels it. */
  public CompletableFuture<BlobContent> blob(
      Repository repository, Digest digest, BlobRange range) {
    BlobName blob = new BlobName(repository, digest, parts.endpoint().name());
    return run(
        blob.failures(),
        errand ->
            parts
                .blobs()
                .open(blob, range, errand)
                .thenApply(opened -> outliving(opened, blob, errand)),
        BlobContent::cancel);
  }

  private BlobContent outliving(BlobContent opened, BlobName blob, Errand first) {
    return opened.over(
        new ResumingBody(
            opened,
            (range, errand) -> parts.blobs().open(blob, range, errand),
            first::renewed,
            parts.transport(),
            parts.options().resumeRule(),
            blob.failures()));
  }

  /** A manifest with its exact bytes; its digest has been compared with all that is known of it. */
  public CompletableFuture<Manifest> manifest(Repository repository, Reference reference) {
    Failures failures = manifestFailures(repository, reference);
    return run(
        failures,
        errand -> parts.manifests().read(repository, reference, failures, errand),
        unwanted -> {});
  }

  /** A manifest's size, media type and digest, without its content where the registry allows. */
  public CompletableFuture<ManifestStat> statManifest(Repository repository, Reference reference) {
    Failures failures = manifestFailures(repository, reference);
    return run(
        failures,
        errand -> parts.manifestStats().stat(repository, reference, failures, errand),
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
    return run(
        failures, errand -> parts.names().page(list, request, failures, errand), unwanted -> {});
  }

  /** A page of the manifests whose subject is this digest. */
  public CompletableFuture<Page<Referrer>> referrers(
      Repository repository, Digest subject, ReferrerRequest request) {
    Failures failures = failures("referrers of " + repository + "@" + subject);
    return run(
        failures,
        errand -> parts.referrers().page(repository, subject, request, failures, errand),
        unwanted -> {});
  }

  private Failures failures(String what) {
    return new Failures("%s of registry '%s'".formatted(what, parts.endpoint().name()));
  }

  /** A future of ours to cancel, in place of a chain whose cancellation would not reach back. */
  private <T> CompletableFuture<T> run(
      Failures failures, Function<Errand, CompletableFuture<T>> read, Consumer<T> drop) {
    Errand errand = new Errand(call);
    CompletableFuture<T> result = new CompletableFuture<>();
    new Repeating(parts.transport(), failures, parts.options(), errand)
        .run(read)
        .whenComplete(
            (value, failure) -> {
              RegistryException known = failure == null ? null : failures.of(failure);
              if (!result.isCancelled()) {
                parts.health().observe(known, call);
                if (known != null) {
                  parts.traffic().failed(known);
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
            errand.callOff();
          }
        });
    return result;
  }
}
