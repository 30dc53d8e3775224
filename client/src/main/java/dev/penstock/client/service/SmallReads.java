package dev.penstock.client.service;

import com.google.protobuf.ByteString;
import dev.penstock.client.names.Digest;
import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.BlobStat;
import dev.penstock.client.registry.Manifest;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.registry.v1.StatBlobResponse;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The two methods that answer with one message. */
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

  private static <T, R> void answer(
      StreamObserver<R> caller, CompletableFuture<T> read, Function<T, R> toResponse) {
    ((ServerCallStreamObserver<R>) caller).setOnCancelHandler(() -> read.cancel(true));
    read.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            caller.onNext(toResponse.apply(value));
            caller.onCompleted();
          } else {
            caller.onError(Statuses.of(failure).asException());
          }
        });
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
