package dev.penstock.tunnel;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** A gRPC service of plain bytes, with one method of each kind that a tunnel has to carry. */
final class BytesService {
  static final MethodDescriptor<byte[], byte[]> ECHO = method("Echo", MethodType.UNARY);
  static final MethodDescriptor<byte[], byte[]> STREAM =
      method("Stream", MethodType.SERVER_STREAMING);
  static final MethodDescriptor<byte[], byte[]> CHAT = method("Chat", MethodType.BIDI_STREAMING);

  static final int CHUNK_BYTES = 64 * 1024;

  /** Bytes that {@code Stream} has handed to gRPC, over all calls. */
  final AtomicLong streamed = new AtomicLong();

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder("test.Bytes")
        .addMethod(ECHO, ServerCalls.asyncUnaryCall(BytesService::echo))
        .addMethod(STREAM, ServerCalls.asyncServerStreamingCall(this::stream))
        .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(BytesService::chat))
        .build();
  }

  /** The bytes that {@code Stream} sends for {@code seed}, from {@code offset}. */
  static byte[] chunk(long seed, long offset, int length) {
    byte[] bytes = new byte[length];
    new Random(seed ^ offset).nextBytes(bytes);
    return bytes;
  }

  static byte[] streamRequest(long bytes, long seed) {
    return ByteBuffer.allocate(16).putLong(bytes).putLong(seed).array();
  }

  private static void echo(byte[] request, StreamObserver<byte[]> responses) {
    responses.onNext(request);
    responses.onCompleted();
  }

  private static StreamObserver<byte[]> chat(StreamObserver<byte[]> responses) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] message) {
        responses.onNext(message);
      }

      @Override
      public void onError(Throwable t) {
        // The caller went away.
      }

      @Override
      public void onCompleted() {
        responses.onCompleted();
      }
    };
  }

  private void stream(byte[] request, StreamObserver<byte[]> responses) {
    ByteBuffer parameters = ByteBuffer.wrap(request);
    long total = parameters.getLong();
    long seed = parameters.getLong();
    ServerCallStreamObserver<byte[]> out = (ServerCallStreamObserver<byte[]>) responses;
    long[] offset = {0};
    out.setOnReadyHandler(
        () -> {
          while (out.isReady() && offset[0] < total) {
            int length = (int) Math.min(CHUNK_BYTES, total - offset[0]);
            out.onNext(chunk(seed, offset[0], length));
            streamed.addAndGet(length);
            offset[0] += length;
            if (offset[0] == total) {
              out.onCompleted();
            }
          }
        });
  }

  private static MethodDescriptor<byte[], byte[]> method(String name, MethodType type) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName("test.Bytes/" + name)
        .setRequestMarshaller(new BytesMarshaller())
        .setResponseMarshaller(new BytesMarshaller())
        .build();
  }

  private static final class BytesMarshaller implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
