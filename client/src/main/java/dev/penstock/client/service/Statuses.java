package dev.penstock.client.service;

import dev.penstock.client.registry.RegistryException;
import io.grpc.Status;
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
    return cause instanceof RegistryException known
        ? code(known.kind()).toStatus().withDescription(known.getMessage()).withCause(known)
        : defect(cause);
  }

  /** What it says may name files or hosts of the customer's. */
  private static Status defect(Throwable cause) {
    if (!(cause instanceof CancellationException)) { // the caller's own wish
      log.error("a read failed by a defect of this program", cause);
    }
    return Status.INTERNAL
        .withDescription("a defect in the client, whose log says more")
        .withCause(cause);
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
