package dev.penstock.testing.bench;

import dev.penstock.registry.stream.BlobMessage;
import dev.penstock.registry.stream.BlobStream;
import dev.penstock.registry.v1.FetchBlobRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;

/** A caller that takes a whole stream and counts its bytes. */
final class BulkStream extends ClientCall.Listener<BlobMessage> {
  /** Messages asked for ahead, so that the asking never holds up the stream. */
  private static final int MESSAGES_AHEAD = 4;

  private final ClientCall<FetchBlobRequest, BlobMessage> call;
  private final CompletableFuture<Long> received = new CompletableFuture<>();

  /** Event loop of the call only. */
  private long bytes;

  private BulkStream(Way way) {
    this.call = way.channel().newCall(BlobStream.method(), CallOptions.DEFAULT);
  }

  static BulkStream start(Way way) {
    BulkStream stream = new BulkStream(way);
    stream.call.start(stream, new Metadata());
    stream.call.sendMessage(way.request());
    stream.call.halfClose();
    stream.call.request(MESSAGES_AHEAD);
    return stream;
  }

  /** Completes with the number of bytes, or with what the stream failed with. */
  CompletableFuture<Long> received() {
    return received;
  }

  void cancel() {
    call.cancel("the benchmark has seen enough", null);
  }

  @Override
  public void onMessage(BlobMessage message) {
    try (message) {
      bytes += message.dataBytes();
    }
    call.request(1);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    if (status.isOk()) {
      received.complete(bytes);
    } else {
      received.completeExceptionally(status.asException());
    }
  }
}
