package dev.penstock.server.relay;

import com.google.protobuf.ByteString;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.Descriptor;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
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
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Stands for a customer's client: it answers as the test says, in the generated classes. */
final class ScriptedRegistry extends RegistryGrpc.RegistryImplBase {
  static final int CHUNK_BYTES = 128 << 10;

  /** What {@code FetchBlob} does. */
  interface BlobScript {
    void answer(FetchBlobRequest request, ServerCallStreamObserver<FetchBlobResponse> caller);
  }

  final AtomicLong sentBytes = new AtomicLong();
  final CountDownLatch cancelled = new CountDownLatch(1);
  volatile @Nullable FetchManifestResponse manifest;
  volatile String statedDigest = "";
  volatile BlobScript script = (request, caller) -> caller.onCompleted();

  @Override
  public void fetchBlob(FetchBlobRequest request, StreamObserver<FetchBlobResponse> observer) {
    var caller = (ServerCallStreamObserver<FetchBlobResponse>) observer;
    caller.setOnCancelHandler(cancelled::countDown);
    script.answer(request, caller);
  }

  @Override
  public void statBlob(StatBlobRequest request, StreamObserver<StatBlobResponse> observer) {
    observer.onNext(
        StatBlobResponse.newBuilder().setSize(42).setMediaType(request.getRepository()).build());
    observer.onCompleted();
  }

  @Override
  public void fetchManifest(
      FetchManifestRequest request, StreamObserver<FetchManifestResponse> observer) {
    FetchManifestResponse answer = manifest;
    if (answer == null) {
      observer.onError(
          Status.NOT_FOUND.withDescription("no manifest " + request.getReference()).asException());
    } else {
      observer.onNext(answer);
      observer.onCompleted();
    }
  }

  @Override
  public void statManifest(
      StatManifestRequest request, StreamObserver<StatManifestResponse> observer) {
    observer.onNext(StatManifestResponse.newBuilder().setSize(7).setDigest(statedDigest).build());
    observer.onCompleted();
  }

  @Override
  public void listTags(ListTagsRequest request, StreamObserver<ListTagsResponse> observer) {
    observer.onNext(
        ListTagsResponse.newBuilder()
            .addTags(request.getRepository())
            .setNextPageToken(request.getPageToken() + request.getPageSize())
            .build());
    observer.onCompleted();
  }

  @Override
  public void listRepositories(
      ListRepositoriesRequest request, StreamObserver<ListRepositoriesResponse> observer) {
    observer.onNext(ListRepositoriesResponse.newBuilder().addRepositories("team/app").build());
    observer.onCompleted();
  }

  @Override
  public void listReferrers(
      ListReferrersRequest request, StreamObserver<ListReferrersResponse> observer) {
    observer.onNext(
        ListReferrersResponse.newBuilder()
            .addReferrers(Descriptor.newBuilder().putAnnotations("subject", request.getDigest()))
            .build());
    observer.onCompleted();
  }

  /** Sends {@code content}, as fast as the other end takes it, under the header given. */
  BlobScript sends(byte[] content, BlobHeader header) {
    return (request, caller) -> {
      caller.onNext(FetchBlobResponse.newBuilder().setHeader(header).build());
      Runnable drain = drain(content, caller);
      caller.setOnReadyHandler(drain);
      drain.run();
    };
  }

  /** Sends of {@code content} what is asked for, under the header that it should have. */
  BlobScript sendsWhatIsAsked(byte[] content) {
    return (request, caller) -> {
      int from = (int) request.getOffset();
      byte[] rest = Arrays.copyOfRange(content, from, content.length);
      sends(rest, header(content.length, from, rest.length)).answer(request, caller);
    };
  }

  private Runnable drain(byte[] content, ServerCallStreamObserver<FetchBlobResponse> caller) {
    return new Runnable() {
      private int at;
      private boolean done;

      @Override
      public synchronized void run() {
        while (!done && caller.isReady()) {
          int size = Math.min(CHUNK_BYTES, content.length - at);
          if (size == 0) {
            done = true;
            caller.onCompleted();
          } else {
            caller.onNext(data(content, at, size));
            at += size;
            sentBytes.addAndGet(size);
          }
        }
      }
    };
  }

  static FetchBlobResponse data(byte[] content, int start, int size) {
    return FetchBlobResponse.newBuilder()
        .setData(ByteString.copyFrom(content, start, size))
        .build();
  }

  static BlobHeader header(long size, long offset, long length) {
    return BlobHeader.newBuilder()
        .setSize(size)
        .setMediaType("application/octet-stream")
        .setOffset(offset)
        .setLength(length)
        .build();
  }
}
