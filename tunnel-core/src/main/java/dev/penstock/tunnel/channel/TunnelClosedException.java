package dev.penstock.tunnel.channel;

import dev.penstock.tunnel.session.SessionClosed;
import io.grpc.Status;
import io.grpc.StatusException;

/** The end of a tunnel as gRPC understands it: calls in flight get this status. */
final class TunnelClosedException extends StatusException {
  private static final long serialVersionUID = 1;

  TunnelClosedException(String name, SessionClosed closed) {
    super(
        Status.fromCodeValue(closed.cause().grpcStatus())
            .withDescription(name + " was lost: " + closed));
  }
}
