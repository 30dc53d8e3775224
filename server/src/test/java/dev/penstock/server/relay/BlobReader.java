package dev.penstock.server.relay;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A caller of {@code FetchBlob} that reads as many messages as the test says. */
final class BlobReader extends ClientCall.Listener<FetchBlobResponse> {
  private final ClientCall<FetchBlobRequest, FetchBlobResponse> call;
  private final CompletableFuture<Status> closed = new CompletableFuture<>();
  private final Semaphore arrived = new Semaphore(0);
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private volatile boolean endless;

  BlobReader(Channel channel, FetchBlobRequest request) {
    call = channel.newCall(RegistryGrpc.getFetchBlobMethod(), CallOptions.DEFAULT);
    call.start(this, new Metadata());
    call.sendMessage(request);
    call.halfClose();
  }

  /** Reads so many messages and waits for them. */
  BlobReader read(int messages) throws InterruptedException {
    call.request(messages);
    if (!arrived.tryAcquire(messages, 30, TimeUnit.SECONDS)) {
      throw new AssertionError("messages did not come: " + closed);
    }
    return this;
  }

  /** Reads to the end; returns how it ended. */
  Status readAll() throws Exception {
    endless = true;
    call.request(1);
    return closed.get(60, TimeUnit.SECONDS);
  }

  void cancel() {
    call.cancel("test", null);
  }

  byte[] data() {
    return data.toByteArray();
  }

  @Override
  public void onMessage(FetchBlobResponse message) {
    data.writeBytes(message.getData().toByteArray());
    arrived.release();
    if (endless) {
      call.request(1);
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    closed.complete(status);
  }
}
