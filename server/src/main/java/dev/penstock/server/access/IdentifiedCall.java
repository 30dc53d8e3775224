package dev.penstock.server.access;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * A call that tells its caller its id: in the headers or, when it ends without any, in the
 * trailers. What a client says of an id in either is dropped.
 *
 * <p>Threads: those of the call, one at a time; the end may be looked at by another.
 */
final class IdentifiedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private final Access access;

  // Written by the thread that answers, which changes with the call's tunnel.
  private volatile boolean headersSent;
  private volatile boolean closedOk;

  IdentifiedCall(ServerCall<Q, R> call, Access access) {
    super(call);
    this.access = access;
  }

  @Override
  public void sendHeaders(Metadata headers) {
    access.requestId().putInto(headers);
    headersSent = true;
    super.sendHeaders(headers);
  }

  /** A failure is an end at once, though a caller that takes nothing will hear of it late. */
  @Override
  public void close(Status status, Metadata trailers) {
    if (headersSent) {
      trailers.discardAll(RequestId.KEY);
    } else {
      access.requestId().putInto(trailers);
    }
    closedOk = status.isOk();
    if (!closedOk) {
      access.end(status.getCode()); // first: on another thread, the stream ends by the close
    }
    super.close(status, trailers);
  }

  /** The stream has ended, with all that was sent. */
  void onComplete() {
    // A call whose handler failed is closed by gRPC itself, with this code.
    access.end(closedOk ? Status.Code.OK : Status.Code.UNKNOWN);
  }
}
