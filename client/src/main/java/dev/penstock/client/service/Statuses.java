package dev.penstock.client.service;

import dev.penstock.client.registry.RegistryException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletionException;

/** The one table from a registry's failures to gRPC statuses; the contract is registry.proto. */
final class Statuses {
  private Statuses() {}

  static Status of(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RegistryException known) {
      return code(known.kind()).toStatus().withDescription(known.getMessage()).withCause(known);
    }
    if (cause instanceof StatusRuntimeException refused) {
      return refused.getStatus();
    }
    if (cause instanceof OutOfMemoryError) {
      return Status.RESOURCE_EXHAUSTED
          .withDescription("the client is out of memory; retry with less at once")
          .withCause(cause);
    }
    return Status.INTERNAL.withDescription("defect in the client: " + cause).withCause(cause);
  }

  static Status.Code code(RegistryException.Kind kind) {
    return switch (kind) {
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case DENIED, UNSUPPORTED -> Status.Code.FAILED_PRECONDITION;
      case OUT_OF_RANGE -> Status.Code.INVALID_ARGUMENT;
      case UNREACHABLE, FAILING, THROTTLED -> Status.Code.UNAVAILABLE;
      case TRUNCATED, CORRUPT -> Status.Code.DATA_LOSS;
      case TOO_LARGE -> Status.Code.RESOURCE_EXHAUSTED;
    };
  }
}
