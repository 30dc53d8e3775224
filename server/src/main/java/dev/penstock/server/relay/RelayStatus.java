package dev.penstock.server.relay;

import dev.penstock.server.directory.AttachedClient;
import dev.penstock.tunnel.ops.TimeSpent;
import io.grpc.Status;
import java.time.Duration;

/** The statuses that the relay itself gives, with what the reader can do about each. */
public final class RelayStatus {
  private RelayStatus() {}

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

  static Status defect(String subject, String what) {
    return Status.INTERNAL.withDescription(
        subject + ": the client " + what + ", which the contract rules out");
  }

  /** The progress deadline of the leg from a client. */
  static Status clientStalled(
      String subject, AttachedClient client, Duration since, TimeSpent<WaitingOn> time) {
    return Status.UNAVAILABLE.withDescription(
        "%s: the client's leg stood still: %s sent nothing for %d s%s; try again"
            .formatted(subject, client, since.toSeconds(), inBrackets(time)));
  }

  /** The progress deadline of the leg to a caller. */
  static Status callerStalled(String subject, Duration since, TimeSpent<WaitingOn> time) {
    return Status.DEADLINE_EXCEEDED.withDescription(
        "%s: the caller's leg stood still: nothing was taken for %d s%s; read on, or ask for the"
                .formatted(subject, since.toSeconds(), inBrackets(time))
            + " rest by offset");
  }

  private static String inBrackets(TimeSpent<WaitingOn> time) {
    return time.words().isEmpty() ? "" : " (" + time.words() + ")";
  }

  /**
   * True when a call ended because of its tunnel or because its client is stopping, and not by what
   * the client said of the call: then another client can be asked.
   */
  public static boolean isOfLoss(Status status, AttachedClient client) {
    boolean isLost = client.lost().isPresent();
    return switch (status.getCode()) {
      case UNAVAILABLE, CANCELLED, UNKNOWN -> isLost || client.isDraining();
      // What ends a tunnel by a defect of one of its ends; a client has no such word of its own
      // for a tunnel that it has lost.
      case INTERNAL -> isLost;
      default -> false;
    };
  }

  /**
   * A call's status as its caller sees it: a loss of the tunnel is told as such.
   *
   * <p>A client that is stopped hard resets its streams before its tunnel goes, and gRPC reads that
   * as a cancellation; the caller has cancelled nothing, and can try again.
   */
  public static Status asSeen(Status status, AttachedClient client) {
    return isOfLoss(status, client) ? lost(client).withCause(status.getCause()) : status;
  }

  private static Status lost(AttachedClient client) {
    return Status.UNAVAILABLE.withDescription(
        "tunnel '"
            + client.tunnel()
            + "' was lost during the call ("
            + client.lost().orElse("its client is stopping")
            + "); try again");
  }
}
