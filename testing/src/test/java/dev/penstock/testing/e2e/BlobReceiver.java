package dev.penstock.testing.e2e;

import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.testing.image.Sha256;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A caller's end of one FetchBlob: hashes what comes and checks the order of messages; can stop
 * reading in the middle.
 *
 * <p>gRPC calls it from one thread at a time; a test waits through {@link #await} and {@link
 * #awaitStall}, after which it may read everything.
 */
final class BlobReceiver implements ClientResponseObserver<FetchBlobRequest, FetchBlobResponse> {
  private final long stallAtBytes;
  private final Sha256 sha = new Sha256();
  private final CompletableFuture<BlobHeader> header = new CompletableFuture<>();
  private final CompletableFuture<Void> stalled = new CompletableFuture<>();
  private final CompletableFuture<Status> ended = new CompletableFuture<>();
  private volatile long bytes; // Written by gRPC's thread, read by the test's.

  @SuppressWarnings("NullAway.Init") // gRPC sets it before the call starts.
  private volatile ClientCallStreamObserver<FetchBlobRequest> call;

  private BlobReceiver(long stallAtBytes) {
    this.stallAtBytes = stallAtBytes;
  }

  /** One that reads to the end. */
  static BlobReceiver reading() {
    return new BlobReceiver(Long.MAX_VALUE);
  }

  /** One that stops asking for more once it has so many bytes. */
  static BlobReceiver stallingAt(long bytes) {
    return new BlobReceiver(bytes);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<FetchBlobRequest> started) {
    this.call = started;
    started.disableAutoRequestWithInitial(1);
  }

  @Override
  public void onNext(FetchBlobResponse message) {
    if (header.isDone() == message.hasHeader()) {
      call.cancel("message out of order", null);
      return;
    }
    if (message.hasHeader()) {
      header.complete(message.getHeader());
    } else {
      sha.update(message.getData().asReadOnlyByteBuffer());
      bytes = sha.bytes();
    }
    if (bytes < stallAtBytes) {
      call.request(1);
    } else if (!stalled.complete(null)) {
      call.request(1); // It stalled before, and was told to go on.
    }
  }

  @Override
  public void onError(Throwable failure) {
    ended.complete(Status.fromThrowable(failure));
  }

  @Override
  public void onCompleted() {
    ended.complete(Status.OK);
  }

  /** Goes on after a stall. */
  void resume() {
    call.request(1);
  }

  /** Leaves, as a caller does that was stopped by its user. */
  void cancel() {
    call.cancel("the caller left", null);
  }

  /** Waits until the stall began. */
  void awaitStall(Duration bound) throws Exception {
    stalled.get(bound.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for the header. */
  BlobHeader header(Duration bound) throws Exception {
    return header.get(bound.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for the end of the call. */
  Status await(Duration bound) throws InterruptedException {
    try {
      return ended.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new AssertionError("the call did not end within " + bound + " at byte " + bytes, e);
    }
  }

  /** Bytes of data so far. */
  long bytes() {
    return bytes;
  }

  /** Digest of the data; once, after the end. */
  String digest() {
    return sha.digest();
  }
}
