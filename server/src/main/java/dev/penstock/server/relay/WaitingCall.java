package dev.penstock.server.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.route.Search;
import dev.penstock.server.route.Taker;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call of any other service, from its beginning until there is a client for it; from then on it
 * only hands events to the {@link Relay}. Its first message is asked for when that is there.
 *
 * <p>Threads: the caller's event loop, and whichever brings the client.
 */
final class WaitingCall extends ServerCall.Listener<RawMessage> implements Taker {
  private final ServerCall<RawMessage, RawMessage> caller;
  private final Function<AttachedClient, Relay> relays;
  private final Context context = Context.current();

  @GuardedBy("this")
  private @Nullable Relay relay;

  @GuardedBy("this")
  private @Nullable Search search;

  @GuardedBy("this")
  private boolean halfClosed;

  @GuardedBy("this")
  private boolean over;

  WaitingCall(ServerCall<RawMessage, RawMessage> caller, Function<AttachedClient, Relay> relays) {
    this.caller = caller;
    this.relays = relays;
  }

  /** What to give up when the caller goes away. */
  synchronized void searchIs(Search newSearch) {
    search = newSearch;
  }

  @Override
  public synchronized void found(AttachedClient client) {
    if (over) {
      client.endCall();
      return;
    }
    Relay started = relays.apply(client);
    relay = started;
    caller.request(1);
    if (halfClosed) {
      started.onHalfClose();
    }
  }

  @Override
  public synchronized void notFound(Status status, Metadata trailers) {
    if (!over) {
      over = true;
      Hop.ROUTE.blame(context);
      caller.close(status, trailers);
    }
  }

  @Override
  public synchronized void onMessage(RawMessage message) {
    if (relay == null) {
      message.close(); // none was asked for
    } else {
      relay.onMessage(message);
    }
  }

  @Override
  public synchronized void onHalfClose() {
    halfClosed = true;
    if (relay != null) {
      relay.onHalfClose();
    }
  }

  @Override
  public synchronized void onCancel() {
    over = true;
    if (search != null) {
      search.cancel();
    }
    if (relay != null) {
      relay.onCancel();
    }
  }

  @Override
  public void onReady() {
    Relay started = relay();
    if (started != null) {
      started.onReady();
    }
  }

  private synchronized @Nullable Relay relay() {
    return relay;
  }
}
