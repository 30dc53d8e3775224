package dev.penstock.server.relay;

import dev.penstock.server.auth.Caller;
import dev.penstock.server.auth.Identifier;
import dev.penstock.server.directory.AttachedClient;
import io.grpc.Status;

/** The statuses that the relay itself gives, with what the reader can do about each. */
final class RelayStatus {
  private RelayStatus() {}

  static Status tunnelMissing() {
    return Status.INVALID_ARGUMENT.withDescription(
        "the request names no tunnel: set field 1, 'tunnel', to the id a client attaches under");
  }

  static Status tunnelMalformed() {
    return Status.INVALID_ARGUMENT.withDescription("tunnel must be " + Identifier.RULE);
  }

  static Status requestMalformed() {
    return Status.INVALID_ARGUMENT.withDescription("the request is not a protobuf message");
  }

  static Status digestMalformed() {
    return Status.INVALID_ARGUMENT.withDescription(
        "digest must be 'sha256:' and 64 lower-case hexadecimal digits");
  }

  static Status notOurs(String method) {
    return Status.UNIMPLEMENTED.withDescription(
        method
            + " is not a method of this server; to reach a service of a client, name its tunnel"
            + " in the metadata '"
            + RelayHeaders.TUNNEL.name()
            + "'");
  }

  static Status denied(Caller caller, String tunnel) {
    return Status.PERMISSION_DENIED.withDescription(
        "caller '"
            + caller.name()
            + "' may not use tunnel '"
            + tunnel
            + "': the server's tokens file decides");
  }

  static Status notAttached(String tunnel) {
    return Status.UNAVAILABLE.withDescription(
        "no client attached under tunnel '"
            + tunnel
            + "': start penstock-client with --tunnel "
            + tunnel
            + ", or try again when it is back");
  }

  static Status tooManyCalls(String tunnel) {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "every client under tunnel '" + tunnel + "' has as many calls as it may; try again later");
  }

  /**
   * A call's status as its caller sees it: a loss of the tunnel is told as such.
   *
   * <p>A client that is stopped hard resets its streams before its tunnel goes, and gRPC reads that
   * as a cancellation; the caller has cancelled nothing, and can try again.
   */
  static Status asSeen(Status status, AttachedClient client) {
    boolean ofLoss =
        switch (status.getCode()) {
          case UNAVAILABLE, CANCELLED, UNKNOWN -> client.lost().isPresent();
          default -> false;
        };
    return ofLoss ? lost(client).withCause(status.getCause()) : status;
  }

  private static Status lost(AttachedClient client) {
    return Status.UNAVAILABLE.withDescription(
        "tunnel '"
            + client.tunnel()
            + "' was lost during the call ("
            + client.lost().orElseThrow()
            + "); try again");
  }
}
