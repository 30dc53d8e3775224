package dev.penstock.server.route;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import dev.penstock.server.auth.Caller;
import dev.penstock.server.auth.Identifier;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;

/** Why a call finds no client, with what the reader can do about it. */
final class RouteStatus {
  /** gRPC's own retry hint, in milliseconds (gRFC A6). */
  private static final Metadata.Key<String> PUSHBACK =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  private static final Duration RETRY_IN = Duration.ofSeconds(5);

  private RouteStatus() {}

  static Status tunnelMissing() {
    return Status.INVALID_ARGUMENT.withDescription(
        "the request names no tunnel: set field 1, 'tunnel', to the id a client attaches under");
  }

  static Status tunnelMalformed() {
    return Status.INVALID_ARGUMENT.withDescription("tunnel must be " + Identifier.RULE);
  }

  static Status denied(Caller caller, String tunnel) {
    return Status.PERMISSION_DENIED.withDescription(
        "caller '"
            + caller.name()
            + "' may not use tunnel '"
            + tunnel
            + "': the server's tokens file decides");
  }

  static Status tooManyCalls(String tunnel) {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "every client under tunnel '" + tunnel + "' has as many calls as it may; try again later");
  }

  static Status notAttached(String tunnel, Duration waited) {
    String after = waited.isZero() ? "" : " within " + waited.toMillis() / 1000.0 + " s";
    return Status.UNAVAILABLE.withDescription(
        "no client attached under tunnel '%s'%s: start penstock-client with --tunnel %s, or try again in %d s"
            .formatted(tunnel, after, tunnel, RETRY_IN.toSeconds()));
  }

  static Status tooManyWaiting(String tunnel, RouteOptions options) {
    return Status.UNAVAILABLE.withDescription(
        "no client attached under tunnel '%s', and %d calls wait for one already, or %d for any;"
                .formatted(tunnel, options.mostWaitingForOne(), options.maxWaitingCalls())
            + " try again in %d s".formatted(RETRY_IN.toSeconds()));
  }

  /** When to try again, for machines: {@code google.rpc.RetryInfo}, and gRPC's own pushback. */
  static Metadata retryHint(Status status) {
    RetryInfo info =
        RetryInfo.newBuilder()
            .setRetryDelay(
                com.google.protobuf.Duration.newBuilder().setSeconds(RETRY_IN.toSeconds()))
            .build();
    com.google.rpc.Status details =
        com.google.rpc.Status.newBuilder()
            .setCode(status.getCode().value())
            .setMessage(String.valueOf(status.getDescription()))
            .addDetails(Any.pack(info))
            .build();
    Metadata trailers = new Metadata();
    Metadata packed = StatusProto.toStatusException(details).getTrailers();
    if (packed != null) {
      trailers.merge(packed);
    }
    trailers.put(PUSHBACK, Long.toString(RETRY_IN.toMillis()));
    return trailers;
  }
}
