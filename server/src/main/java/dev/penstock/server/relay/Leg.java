package dev.penstock.server.relay;

import dev.penstock.registry.stream.RawMessage;
import dev.penstock.server.directory.AttachedClient;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * One call to one client, on behalf of a {@link RegistryCall}: a part of its way, or all of it.
 *
 * <p>Events come on the event loop of the client's tunnel.
 */
final class Leg extends ClientCall.Listener<RawMessage> {
  private final RegistryCall owner;
  private final AttachedClient client;
  private final ClientCall<RawMessage, RawMessage> call;

  Leg(RegistryCall owner, AttachedClient client, ClientCall<RawMessage, RawMessage> call) {
    this.owner = owner;
    this.client = client;
    this.call = call;
  }

  AttachedClient client() {
    return client;
  }

  void start(Metadata headers, RawMessage request) {
    call.start(this, headers);
    try (request) {
      call.sendMessage(request);
    }
    call.halfClose();
  }

  void askForResponse() {
    call.request(1);
  }

  /**
   * Gives it up. What has come of it by then is asked for, to be dropped: after the loss of a
   * tunnel, gRPC ends a call only when what came before has been read.
   */
  void drop(String why) {
    call.cancel(why, null);
    call.request(Integer.MAX_VALUE);
  }

  @Override
  public void onHeaders(Metadata headers) {
    owner.onHeaders(this, headers);
  }

  @Override
  public void onMessage(RawMessage message) {
    owner.onResponse(this, message);
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    owner.onLegClosed(this, status, trailers);
  }
}
