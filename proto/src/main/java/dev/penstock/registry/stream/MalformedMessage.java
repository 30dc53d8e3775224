package dev.penstock.registry.stream;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;

/** What a marshaller throws for bytes that are no message; gRPC expects INTERNAL from it. */
final class MalformedMessage {
  private MalformedMessage() {}

  static StatusRuntimeException notProtobuf(IOException cause) {
    return Status.INTERNAL
        .withDescription("not a FetchBlobResponse: " + cause.getMessage())
        .withCause(cause)
        .asRuntimeException();
  }

  static StatusRuntimeException unreadable(IOException cause) {
    return Status.INTERNAL
        .withDescription("cannot read a message from the transport: " + cause.getMessage())
        .withCause(cause)
        .asRuntimeException();
  }
}
