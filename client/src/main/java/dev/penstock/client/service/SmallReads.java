package dev.penstock.client.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.BlobStat;
import dev.penstock.client.registry.Manifest;
import dev.penstock.client.registry.ManifestStat;
import dev.penstock.client.registry.PageRequest;
import dev.penstock.client.registry.ReferrerRequest;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.registry.v1.ListReferrersRequest;
import dev.penstock.registry.v1.ListReferrersResponse;
import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.registry.v1.ListRepositoriesResponse;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.ListTagsResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.registry.v1.StatBlobResponse;
import dev.penstock.registry.v1.StatManifestRequest;
import dev.penstock.registry.v1.StatManifestResponse;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The methods that answer with one message. */
final class SmallReads extends RegistryGrpc.RegistryImplBase {
  private final Admission admission;
  private final AccessControl control;

  SmallReads(Admission admission, AccessControl control) {
    this.admission = admission;
    this.control = control;
  }

  @Override
  public void statBlob(StatBlobRequest request, StreamObserver<StatBlobResponse> caller) {
    answer(
        caller,
        (entry, stat) -> toResponse(stat),
        entry -> {
          Repository repository = repository(entry, request.getRepository());
          Digest digest = Admission.digest(request.getDigest());
          RegistryReader registry = admit(entry, request.getRegistry(), repository, digest);
          return new SmallRead<>(registry, payment -> registry.stat(repository, digest));
        });
  }

  @Override
  public void fetchManifest(
      FetchManifestRequest request, StreamObserver<FetchManifestResponse> caller) {
    answer(
        caller,
        SmallReads::toResponse,
        entry ->
            manifest(
                entry,
                request.getRegistry(),
                request.getRepository(),
                request.getReference(),
                RegistryReader::manifest));
  }

  @Override
  public void statManifest(
      StatManifestRequest request, StreamObserver<StatManifestResponse> caller) {
    answer(
        caller,
        SmallReads::toResponse,
        entry ->
            manifest(
                entry,
                request.getRegistry(),
                request.getRepository(),
                request.getReference(),
                RegistryReader::statManifest));
  }

  private <T> SmallRead<T> manifest(
      AccessEntry entry,
      String registryName,
      String repositoryName,
      String referenceText,
      ManifestRead<T> read)
      throws StatusException {
    Repository repository = repository(entry, repositoryName);
    Reference reference = Admission.reference(referenceText);
    RegistryReader registry = admit(entry, registryName, repository, reference);
    return new SmallRead<>(registry, payment -> read.begin(registry, repository, reference));
  }

  @Override
  public void listTags(ListTagsRequest request, StreamObserver<ListTagsResponse> caller) {
    answer(
        caller,
        (entry, page) -> Pages.ofTags(page),
        entry -> {
          Repository repository = repository(entry, request.getRepository());
          PageRequest page = Admission.page(request.getPageSize(), request.getPageToken());
          RegistryReader registry = admit(entry, request.getRegistry(), repository, null);
          return new SmallRead<>(registry, payment -> registry.tags(repository, page));
        });
  }

  @Override
  public void listRepositories(
      ListRepositoriesRequest request, StreamObserver<ListRepositoriesResponse> caller) {
    answer(
        caller,
        (entry, page) -> Pages.ofRepositories(page),
        entry -> {
          PageRequest page = Admission.page(request.getPageSize(), request.getPageToken());
          RegistryReader registry = admit(entry, request.getRegistry(), null, null);
          String name = registry.endpoint().name();
          Predicate<Repository> shown = each -> admission.shows(name, each);
          return new SmallRead<>(
              registry, payment -> ShownRepositories.page(page, registry, shown, payment));
        });
  }

  @Override
  public void listReferrers(
      ListReferrersRequest request, StreamObserver<ListReferrersResponse> caller) {
    answer(
        caller,
        (entry, page) -> Pages.ofReferrers(page),
        entry -> {
          Repository repository = repository(entry, request.getRepository());
          Digest subject = Admission.digest(request.getDigest());
          ReferrerRequest page =
              Admission.referrers(request.getArtifactType(), request.getPageToken());
          RegistryReader registry = admit(entry, request.getRegistry(), repository, subject);
          return new SmallRead<>(
              registry, payment -> registry.referrers(repository, subject, page));
        });
  }

  /** The audit log has it already, should the rest of the request be refused. */
  private static Repository repository(AccessEntry entry, String text) throws StatusException {
    Repository repository = Admission.repository(text);
    entry.names(repository, null);
    return repository;
  }

  private RegistryReader admit(
      AccessEntry entry,
      String registry,
      @Nullable Repository repository,
      @Nullable Reference reference)
      throws StatusException {
    entry.names(repository, reference);
    return admission.admit(entry, registry, repository).registry();
  }

  private <T, R extends MessageLite> void answer(
      StreamObserver<R> caller, BiFunction<AccessEntry, T, R> toResponse, Request<T> request) {
    AccessEntry entry = AccessEntry.current();
    try {
      SmallRead<T> admitted = request.admit(entry);
      new SmallCall<T, R>(entry, (ServerCallStreamObserver<R>) caller, control)
          .begin(admitted, toResponse);
    } catch (StatusException e) {
      caller.onError(e);
    }
  }

  /** Parses a request, and has it admitted. */
  @FunctionalInterface
  private interface Request<T> {
    SmallRead<T> admit(AccessEntry entry) throws StatusException;
  }

  /** What a manifest is read for. */
  @FunctionalInterface
  private interface ManifestRead<T> {
    CompletableFuture<T> begin(RegistryReader registry, Repository repository, Reference reference);
  }

  private static StatManifestResponse toResponse(AccessEntry entry, ManifestStat stat) {
    entry.resolved(stat.digest());
    return StatManifestResponse.newBuilder()
        .setSize(stat.size())
        .setMediaType(stat.mediaType())
        .setDigest(stat.digest().value())
        .build();
  }

  private static StatBlobResponse toResponse(BlobStat stat) {
    return StatBlobResponse.newBuilder()
        .setSize(stat.size())
        .setMediaType(stat.mediaType())
        .build();
  }

  private static FetchManifestResponse toResponse(AccessEntry entry, Manifest manifest) {
    entry.resolved(manifest.digest());
    return FetchManifestResponse.newBuilder()
        .setContent(ByteString.copyFrom(manifest.content().duplicate()))
        .setMediaType(manifest.mediaType())
        .setDigest(manifest.digest().value())
        .build();
  }
}
