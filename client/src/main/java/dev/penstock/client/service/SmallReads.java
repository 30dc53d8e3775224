package dev.penstock.client.service;

import com.google.protobuf.ByteString;
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

/** The methods that answer with one message. */
final class SmallReads extends RegistryGrpc.RegistryImplBase {
  private final Admission admission;

  SmallReads(Admission admission) {
    this.admission = admission;
  }

  @Override
  public void statBlob(StatBlobRequest request, StreamObserver<StatBlobResponse> caller) {
    try {
      Repository repository = Admission.repository(request.getRepository());
      Digest digest = Admission.digest(request.getDigest());
      answer(
          caller,
          admission.admit(request.getRegistry(), repository).stat(repository, digest),
          SmallReads::toResponse);
    } catch (StatusException e) {
      caller.onError(e);
    }
  }

  @Override
  public void fetchManifest(
      FetchManifestRequest request, StreamObserver<FetchManifestResponse> caller) {
    try {
      Repository repository = Admission.repository(request.getRepository());
      Reference reference = Admission.reference(request.getReference());
      answer(
          caller,
          admission.admit(request.getRegistry(), repository).manifest(repository, reference),
          SmallReads::toResponse);
    } catch (StatusException e) {
      caller.onError(e);
    }
  }

  @Override
  public void statManifest(
      StatManifestRequest request, StreamObserver<StatManifestResponse> caller) {
    try {
      Repository repository = Admission.repository(request.getRepository());
      Reference reference = Admission.reference(request.getReference());
      answer(
          caller,
          admission.admit(request.getRegistry(), repository).statManifest(repository, reference),
          SmallReads::toResponse);
    } catch (StatusException e) {
      caller.onError(e);
    }
  }

  @Override
  public void listTags(ListTagsRequest request, StreamObserver<ListTagsResponse> caller) {
    try {
      Repository repository = Admission.repository(request.getRepository());
      PageRequest page = Admission.page(request.getPageSize(), request.getPageToken());
      answer(
          caller,
          admission.admit(request.getRegistry(), repository).tags(repository, page),
          Pages::ofTags);
    } catch (StatusException e) {
      caller.onError(e);
    }
  }

  @Override
  public void listRepositories(
      ListRepositoriesRequest request, StreamObserver<ListRepositoriesResponse> caller) {
    try {
      PageRequest page = Admission.page(request.getPageSize(), request.getPageToken());
      RegistryReader registry = admission.registry(request.getRegistry());
      answer(
          caller,
          new AllowedRepositories(registry, admission::allows).page(page),
          Pages::ofRepositories);
    } catch (StatusException e) {
      caller.onError(e);
    }
  }

  @Override
  public void listReferrers(
      ListReferrersRequest request, StreamObserver<ListReferrersResponse> caller) {
    try {
      Repository repository = Admission.repository(request.getRepository());
      Digest subject = Admission.digest(request.getDigest());
      ReferrerRequest page = Admission.referrers(request.getArtifactType(), request.getPageToken());
      answer(
          caller,
          admission.admit(request.getRegistry(), repository).referrers(repository, subject, page),
          Pages::ofReferrers);
    } catch (StatusException e) {
      caller.onError(e);
    }
  }

  private static <T, R> void answer(
      StreamObserver<R> caller, CompletableFuture<T> read, Function<T, R> toResponse) {
    ((ServerCallStreamObserver<R>) caller).setOnCancelHandler(() -> read.cancel(true));
    read.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            send(caller, value, toResponse);
          } else {
            caller.onError(Statuses.of(failure).asException());
          }
        });
  }

  private static <T, R> void send(StreamObserver<R> caller, T value, Function<T, R> toResponse) {
    try {
      caller.onNext(toResponse.apply(value));
      caller.onCompleted();
    } catch (StatusRuntimeException e) {
      caller.onError(e);
    }
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
