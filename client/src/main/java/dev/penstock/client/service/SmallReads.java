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
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The methods that answer with one message. */
final class SmallReads extends RegistryGrpc.RegistryImplBase {
  private static final Logger log = LoggerFactory.getLogger(SmallReads.class);

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
        SmallReads::toResponse,
        entry -> {
          Repository repository = repository(entry, request.getRepository());
          Digest digest = Admission.digest(request.getDigest());
          return admit(entry, request.getRegistry(), repository, digest).stat(repository, digest);
        });
  }

  @Override
  public void fetchManifest(
      FetchManifestRequest request, StreamObserver<FetchManifestResponse> caller) {
    answer(
        caller,
        SmallReads::toResponse,
        entry -> {
          Repository repository = repository(entry, request.getRepository());
          Reference reference = Admission.reference(request.getReference());
          return admit(entry, request.getRegistry(), repository, reference)
              .manifest(repository, reference);
        });
  }

  @Override
  public void statManifest(
      StatManifestRequest request, StreamObserver<StatManifestResponse> caller) {
    answer(
        caller,
        SmallReads::toResponse,
        entry -> {
          Repository repository = repository(entry, request.getRepository());
          Reference reference = Admission.reference(request.getReference());
          return admit(entry, request.getRegistry(), repository, reference)
              .statManifest(repository, reference);
        });
  }

  @Override
  public void listTags(ListTagsRequest request, StreamObserver<ListTagsResponse> caller) {
    answer(
        caller,
        Pages::ofTags,
        entry -> {
          Repository repository = repository(entry, request.getRepository());
          PageRequest page = Admission.page(request.getPageSize(), request.getPageToken());
          return admit(entry, request.getRegistry(), repository, null).tags(repository, page);
        });
  }

  @Override
  public void listRepositories(
      ListRepositoriesRequest request, StreamObserver<ListRepositoriesResponse> caller) {
    answer(
        caller,
        Pages::ofRepositories,
        entry -> {
          PageRequest page = Admission.page(request.getPageSize(), request.getPageToken());
          RegistryReader registry = admit(entry, request.getRegistry(), null, null);
          String name = registry.endpoint().name();
          return new ShownRepositories(registry, each -> admission.shows(name, each)).page(page);
        });
  }

  @Override
  public void listReferrers(
      ListReferrersRequest request, StreamObserver<ListReferrersResponse> caller) {
    answer(
        caller,
        Pages::ofReferrers,
        entry -> {
          Repository repository = repository(entry, request.getRepository());
          Digest subject = Admission.digest(request.getDigest());
          ReferrerRequest page =
              Admission.referrers(request.getArtifactType(), request.getPageToken());
          return admit(entry, request.getRegistry(), repository, subject)
              .referrers(repository, subject, page);
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
      StreamObserver<R> caller, Function<T, R> toResponse, Read<T> read) {
    AccessEntry entry = AccessEntry.current();
    try {
      CompletableFuture<T> reading = read.begin(entry);
      ((ServerCallStreamObserver<R>) caller).setOnCancelHandler(() -> reading.cancel(true));
      reading.whenComplete(
          (value, failure) -> {
            if (failure == null) {
              send(caller, value, toResponse, entry);
            } else {
              caller.onError(Statuses.of(failure).asException());
            }
          });
    } catch (StatusException e) {
      caller.onError(e);
    }
  }

  private <T, R extends MessageLite> void send(
      StreamObserver<R> caller, T value, Function<T, R> toResponse, AccessEntry entry) {
    try {
      R response = toResponse.apply(value);
      entry.sent(response.getSerializedSize());
      control.charge(entry.registry(), response.getSerializedSize());
      caller.onNext(response);
      caller.onCompleted();
    } catch (StatusRuntimeException e) {
      caller.onError(e);
    } catch (RuntimeException e) { // in a future's callback, nobody else would see it
      log.error("an answer could not be sent, by a defect", e);
      caller.onError(Statuses.of(e).asException());
    }
  }

  /** Parses a request, has it admitted, and begins to read. */
  @FunctionalInterface
  private interface Read<T> {
    CompletableFuture<T> begin(AccessEntry entry) throws StatusException;
  }

  private static StatManifestResponse toResponse(ManifestStat stat) {
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

  private static FetchManifestResponse toResponse(Manifest manifest) {
    return FetchManifestResponse.newBuilder()
        .setContent(ByteString.copyFrom(manifest.content().duplicate()))
        .setMediaType(manifest.mediaType())
        .setDigest(manifest.digest().value())
        .build();
  }
}
