package dev.penstock.testing.bench;

import dev.penstock.registry.stream.BlobMessage;
import dev.penstock.registry.stream.BlobStream;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.registry.v1.StatBlobResponse;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * The Registry service without a registry: every blob has the length that the request names and is
 * sent from one buffer in memory, so that only the transport is measured.
 */
final class SyntheticBlobs {
  private final ByteBuffer block;

  SyntheticBlobs(int messageBytes) {
    byte[] bytes = new byte[messageBytes];
    new Random(1).nextBytes(bytes);
    this.block = ByteBuffer.wrap(bytes);
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(RegistryGrpc.SERVICE_NAME)
        .addMethod(BlobStream.method(), ServerCalls.asyncServerStreamingCall(this::fetch))
        .addMethod(
            RegistryGrpc.getStatBlobMethod(), ServerCalls.asyncUnaryCall(SyntheticBlobs::stat))
        .build();
  }

  private static void stat(StatBlobRequest request, StreamObserver<StatBlobResponse> responses) {
    responses.onNext(StatBlobResponse.newBuilder().setSize(1).build());
    responses.onCompleted();
  }

  private void fetch(FetchBlobRequest request, StreamObserver<BlobMessage> responses) {
    ServerCallStreamObserver<BlobMessage> out = (ServerCallStreamObserver<BlobMessage>) responses;
    out.onNext(BlobMessage.header(BlobHeader.newBuilder().setLength(request.getLength()).build()));
    out.setOnReadyHandler(new Sender(out, request.getLength())::send);
  }

  private final class Sender {
    private final ServerCallStreamObserver<BlobMessage> out;
    private long left;

    Sender(ServerCallStreamObserver<BlobMessage> out, long length) {
      this.out = out;
      this.left = length;
    }

    void send() {
      while (left > 0 && out.isReady()) {
        int length = (int) Math.min(left, block.capacity());
        left -= length;
        out.onNext(BlobMessage.data(List.of(block.slice(0, length))));
        if (left == 0) {
          out.onCompleted();
        }
      }
    }
  }
}
