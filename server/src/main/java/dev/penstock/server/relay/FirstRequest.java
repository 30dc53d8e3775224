package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;

/**
 * A call to the registry's service whose first message, which names the tunnel, is yet to come.
 *
 * <p>From then on it only hands events to the relay. Event loop of the caller only.
 */
final class FirstRequest extends ServerCall.Listener<RawMessage> {
  /** How the relay of a method is started. */
  interface Starter {
    /** Starts it for a call with this first message, which is passed to it afterwards. */
    ServerCall.Listener<RawMessage> start(
        ServerCall<RawMessage, RawMessage> call, Metadata headers, RawMessage first)
        throws StatusException;
  }

  private final ServerCall<RawMessage, RawMessage> call;
  private final Metadata headers;
  private final Starter starter;
  private ServerCall.Listener<RawMessage> next = new Unrouted();

  FirstRequest(ServerCall<RawMessage, RawMessage> call, Metadata headers, Starter starter) {
    this.call = call;
    this.headers = headers;
    this.starter = starter;
  }

  @Override
  public void onMessage(RawMessage message) {
    next.onMessage(message);
  }

  @Override
  public void onHalfClose() {
    next.onHalfClose();
  }

  @Override
  public void onCancel() {
    next.onCancel();
  }

  @Override
  public void onReady() {
    next.onReady();
  }

  /** What happens before the first message has named a tunnel. */
  private final class Unrouted extends ServerCall.Listener<RawMessage> {
    @Override
    public void onMessage(RawMessage first) {
      try {
        next = starter.start(call, headers, first);
      } catch (StatusException e) {
        first.close();
        refuse(e);
        return;
      }
      next.onMessage(first);
    }

    @Override
    public void onHalfClose() {
      refuse(
          Status.INVALID_ARGUMENT
              .withDescription("the call ended without a request")
              .asException());
    }

    private void refuse(StatusException why) {
      next = new ServerCall.Listener<>() {};
      call.close(why.getStatus(), new Metadata());
    }
  }
}
