package dev.penstock.server.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.server.access.Access;
import dev.penstock.server.directory.AttachedClient;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One call, passed on: the caller's call on one side, a call to the client on the other.
 *
 * <p>Nothing is known of such a call, so nothing of it is repeated: it lives as long as its tunnel,
 * which outlives lost connections.
 *
 * <p>The two sides run on two event loops. The caller's loop sends requests, half-closes and
 * cancels; the client's loop sends headers, responses and, at the end, the status.
 *
 * <p>A fast or slow peer: in each direction one message is on its way at most. The next one is owed
 * from the moment a message was passed on, and asked for as soon as its taker has room; both the
 * taker's event loop ("ready again") and the giver's ("passed on") look, and an atomic flag lets
 * exactly one of them ask.
 *
 * <p>Closing: the client's status becomes the caller's. The caller's half-close becomes the
 * client's.
 *
 * <p>Cancelling: a caller that goes away cancels the call to the client. What has come by then is
 * asked for and dropped.
 */
final class Relay extends ServerCall.Listener<RawMessage> {
  private final ServerCall<RawMessage, RawMessage> caller;
  private final ClientCall<RawMessage, RawMessage> call;
  private final AttachedClient client;
  private final RelayGauges gauges;
  private final Context context = Context.current();
  private final Access access = Access.current();
  private final AtomicBoolean requestOwed = new AtomicBoolean();
  private final AtomicBoolean responseOwed = new AtomicBoolean();
  private final AtomicLong unsentBytes = new AtomicLong();

  /**
   * gRPC forbids to send on a call that was cancelled, and two threads may do the one or the other.
   */
  @GuardedBy("sending")
  private boolean cancelled;

  private final Object sending = new Object();

  Relay(
      ServerCall<RawMessage, RawMessage> caller,
      ClientCall<RawMessage, RawMessage> call,
      AttachedClient client,
      RelayGauges gauges) {
    this.caller = caller;
    this.call = call;
    this.client = client;
    this.gauges = gauges;
  }

  /** Starts the call to the client and asks for its first response. */
  void start(Metadata headers) {
    gauges.activeCalls().add(1);
    access.legBegins();
    call.start(new Responses(), headers);
    call.request(1);
  }

  @Override
  public void onMessage(RawMessage request) {
    try (RawMessage message = sendable(request)) {
      synchronized (sending) {
        if (!cancelled) {
          call.sendMessage(message);
        }
      }
    }
    requestOwed.set(true);
    askForRequest();
  }

  /**
   * The message as it may be given to gRPC. A call whose stream is not there yet keeps messages
   * aside, and forgets them when it is cancelled: what it forgets must not be a transport's.
   */
  private RawMessage sendable(RawMessage request) {
    if (call.isReady()) {
      return request;
    }
    try (request) {
      return request.copy();
    }
  }

  @Override
  public void onHalfClose() {
    synchronized (sending) {
      if (!cancelled) {
        call.halfClose();
      }
    }
  }

  @Override
  public void onCancel() {
    cancelCall("the caller has gone away");
  }

  @Override
  public void onReady() {
    askForResponse();
  }

  /** Asks the caller for its next request, if one is owed and the client has room. Any thread. */
  private void askForRequest() {
    if (call.isReady() && requestOwed.compareAndSet(true, false)) {
      caller.request(1);
    }
  }

  /** Asks the client for its next response, if one is owed and all have room. Any thread. */
  void askForResponse() {
    if (caller.isReady()) {
      clearUnsent();
      if (responseOwed.compareAndSet(true, false)) {
        call.request(1);
      }
    }
  }

  private void clearUnsent() {
    gauges.unsentBytes().add(-unsentBytes.getAndSet(0));
  }

  /**
   * Cancels the call to the client, and asks for what has come of it so far, to be dropped.
   *
   * <p>After the loss of a tunnel, gRPC ends a call only when what came before has been read. The
   * request does not depend on a transport that is still there to take the cancellation.
   */
  private void cancelCall(String why) {
    synchronized (sending) {
      cancelled = true;
      call.cancel(why, null);
    }
    call.request(Integer.MAX_VALUE);
  }

  private void end(Status status, Metadata trailers) {
    clearUnsent();
    gauges.activeCalls().add(-1);
    client.endCall();
    if (!caller.isCancelled()) {
      caller.close(status, trailers);
    }
  }

  private Hop hop(Status status) {
    if (caller.isCancelled()) {
      return Hop.CALLER;
    }
    return RelayStatus.isOfLoss(status, client) ? Hop.TUNNEL : Hop.CLIENT;
  }

  /** What the client does. Event loop of its tunnel only. */
  private final class Responses extends ClientCall.Listener<RawMessage> {
    @Override
    public void onHeaders(Metadata headers) {
      caller.sendHeaders(headers);
    }

    @Override
    public void onMessage(RawMessage message) {
      try (message) {
        if (!caller.isCancelled()) {
          gauges.unsentBytes().add(message.length());
          unsentBytes.addAndGet(message.length());
          access.delivers(message.length());
          caller.sendMessage(message);
        }
      }
      responseOwed.set(true);
      askForResponse();
    }

    @Override
    public void onReady() {
      askForRequest();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      Status seen = RelayStatus.asSeen(status, client);
      hop(status).blame(context);
      // The client's trailers belong to the client's status; another one comes without them.
      end(seen, seen.getCode() == status.getCode() ? trailers : new Metadata());
    }
  }
}
