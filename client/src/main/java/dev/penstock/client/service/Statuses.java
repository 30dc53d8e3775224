package dev.penstock.client.service;

import dev.penstock.client.registry.RegistryException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one table from a registry's failures to gRPC statuses; the contract is registry.proto. */
final class Statuses {
  private static final Logger log = LoggerFactory.getLogger(Statuses.class);

  private Statuses() {}

  static Status of(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof RegistryException known) {
      return code(known.kind()).toStatus().withDescription(known.getMessage()).withCause(known);
    }
    return cause instanceof StatusRuntimeException refused ? refused.getStatus() : defect(cause);
  }

  /** Told in the log: what it says may name files or hosts of the customer's. */
  private static Status defect(Throwable cause) {
    if (!(cause instanceof CancellationException)) { // the caller's own wish
      log.error("a read failed by a defect of this program", cause);
    }
    Status status =
        cause instanceof OutOfMemoryError
            ? Status.RESOURCE_EXHAUSTED.withDescription(
                "the client is out of memory; retry with less at once")
            : Status.INTERNAL.withDescription("a defect in the client, whose log says more");
    return status.withCause(cause);
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
