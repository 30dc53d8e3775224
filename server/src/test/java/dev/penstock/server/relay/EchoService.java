package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A service that the server knows nothing of: it sends each message back. */
final class EchoService implements ServerCallHandler<RawMessage, RawMessage> {
  static final MethodDescriptor<RawMessage, RawMessage> METHOD =
      MethodDescriptor.newBuilder(RawMessage.marshaller(), RawMessage.marshaller())
          .setType(MethodType.BIDI_STREAMING)
          .setFullMethodName("test.Echo/Chat")
          .build();
  static final Metadata.Key<String> COLOUR =
      Metadata.Key.of("colour", Metadata.ASCII_STRING_MARSHALLER);

  final BlockingQueue<Metadata> received = new LinkedBlockingQueue<>();

  /** Off, it takes one message of each call and then no more. */
  volatile boolean reading = true;

  final CountDownLatch cancelled = new CountDownLatch(1);

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder("test.Echo").addMethod(METHOD, this).build();
  }

  @Override
  public ServerCall.Listener<RawMessage> startCall(
      ServerCall<RawMessage, RawMessage> call, Metadata headers) {
    received.add(headers);
    call.sendHeaders(coloured("header"));
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(RawMessage message) {
        try (message) {
          call.sendMessage(message);
        }
        if (reading) {
          call.request(1);
        }
      }

      @Override
      public void onHalfClose() {
        call.close(Status.ALREADY_EXISTS.withDescription("all echoed"), coloured("trailer"));
      }

      @Override
      public void onCancel() {
        cancelled.countDown();
      }
    };
  }

  private static Metadata coloured(String colour) {
    Metadata metadata = new Metadata();
    metadata.put(COLOUR, colour);
    return metadata;
  }
}
