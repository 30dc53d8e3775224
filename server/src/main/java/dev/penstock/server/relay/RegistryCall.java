package dev.penstock.server.relay;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.registry.stream.RawMessage;
import dev.penstock.server.access.Access;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.route.Router;
import dev.penstock.server.route.Search;
import dev.penstock.server.route.Taker;
import dev.penstock.tunnel.ops.TransferTime;
import dev.penstock.tunnel.ops.TransferTimes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call of the registry's service, which outlives tunnels: whatever is asked for is named by its
 * digest, or asked for again, so any client of the tunnel id can go on where another stopped.
 *
 * <p>It is passed on over one {@link Leg} after another. A leg whose tunnel is lost, or whose
 * client is stopping, is followed by another; so is one whose tunnel has had no connection for a
 * while, when another client is there. What the caller was given is never given again; what is
 * missing, and what the whole is worth, the {@link Answer} knows. Legs that bring nothing are tried
 * {@link #MOST_FRUITLESS_LEGS} times in a row.
 *
 * <p>A slow caller: one message is on its way at most, and the next is asked for when the caller
 * and the answer have room. There is no deadline for the whole. Each side has one for its progress.
 *
 * <p>Threads: the caller's event loop, the tunnel's, the digest's and the clock's, one at a time
 * under the call's lock, which is nearly never contended.
 */
final class RegistryCall extends ServerCall.Listener<RawMessage> implements Taker {
  private static final Logger log = LoggerFactory.getLogger(RegistryCall.class);
  private static final int MOST_FRUITLESS_LEGS = 3;
  private static final long NOT_WAITING = 0;

  private final ServerCall<RawMessage, RawMessage> caller;
  private final Metadata headers;
  private final String tunnel;
  private final Router router;
  private final RelayOptions options;
  private final RelayGauges gauges;
  private final ActiveCalls active;

  /** The incoming call's: its deadline is that of each leg, too. */
  private final Context context = Context.current();

  private final Access access = Access.current();

  @GuardedBy("this")
  private final TransferTime<WaitingOn> time;

  @GuardedBy("this")
  private @Nullable Answer answer;

  @GuardedBy("this")
  private @Nullable Search search;

  @GuardedBy("this")
  private @Nullable Leg leg;

  /** Who had the call before, and why not any more; null at first. */
  @GuardedBy("this")
  private @Nullable String left;

  @GuardedBy("this")
  private int fruitlessLegs;

  @GuardedBy("this")
  private long progressBefore;

  @GuardedBy("this")
  private long askedAtNanos = NOT_WAITING;

  @GuardedBy("this")
  private long blockedAtNanos = NOT_WAITING;

  @GuardedBy("this")
  private final RoomWait room;

  @GuardedBy("this")
  private long unsentBytes;

  @GuardedBy("this")
  private boolean headersSent;

  /** The answer has its last word; no leg follows. */
  @GuardedBy("this")
  private boolean ending;

  @GuardedBy("this")
  private boolean ended;

  RegistryCall(
      ServerCall<RawMessage, RawMessage> caller,
      Metadata headers,
      String tunnel,
      Router router,
      RelayOptions options,
      RelayGauges gauges,
      ActiveCalls active,
      TransferTimes<WaitingOn> times) {
    this.caller = caller;
    this.headers = headers;
    this.tunnel = tunnel;
    this.router = router;
    this.options = options;
    this.gauges = gauges;
    this.active = active;
    this.time = times.begin();
    this.room = new RoomWait(options.stallTimeout());
  }

  synchronized void start(Answer newAnswer) {
    answer = newAnswer;
    gauges.activeCalls().add(1);
    active.add(this);
    time.waitsFor(WaitingOn.CLIENT);
    search = router.find(tunnel, this);
  }

  @Override
  public synchronized void found(AttachedClient client) {
    if (ended) {
      client.endCall();
      return;
    }
    if (left != null) {
      gauges.continuedCalls().add(1);
      log.info(
          "{}: goes on at byte {} with {}; it was with {}",
          access,
          answer().progress(),
          client,
          left);
    }
    progressBefore = answer().progress();
    begin(client);
  }

  private synchronized void begin(AttachedClient client) {
    Leg next = new Leg(this, client, Relays.within(context, () -> newCall(client)));
    leg = next;
    access.legBegins();
    Metadata copy = new Metadata();
    copy.merge(headers);
    next.start(copy, answer().nextRequest());
    askForResponse();
  }

  @Override
  public synchronized void notFound(Status status, Metadata trailers) {
    if (!ended) {
      Status told = left == null ? status : status.augmentDescription("the call was with " + left);
      conclude(left == null ? Hop.ROUTE : Hop.TUNNEL, told, trailers);
    }
  }

  @Override
  public void onMessage(RawMessage request) {
    request.close(); // it has been read, and goes out with each leg in the form that it needs then
  }

  @Override
  public void onReady() {
    askForResponse();
  }

  @Override
  public synchronized void onCancel() {
    if (!ended) {
      if (search != null) {
        search.cancel();
      }
      dropLeg("the caller has gone away");
      end(Hop.CALLER, Status.CANCELLED, new Metadata());
    }
  }

  /** Asks for the next response, if none is under way and all have room. Any thread. */
  synchronized void askForResponse() {
    if (ended || askedAtNanos != NOT_WAITING) {
      return;
    }
    if (!caller.isReady()) {
      blockedAtNanos = blockedAtNanos == NOT_WAITING ? now() : blockedAtNanos;
    } else {
      clearUnsent();
      blockedAtNanos = NOT_WAITING;
      if (leg != null && answer().hasRoom()) {
        askedAtNanos = now();
        leg.askForResponse();
      }
    }
    time.waitsFor(waitingOn());
  }

  /** What has to happen before the next message can be passed on. */
  private synchronized WaitingOn waitingOn() {
    if (leg == null) {
      return WaitingOn.CLIENT;
    }
    if (askedAtNanos != NOT_WAITING) {
      return WaitingOn.TUNNEL;
    }
    return blockedAtNanos != NOT_WAITING ? WaitingOn.CALLER : WaitingOn.SERVER_WINDOW;
  }

  synchronized void onHeaders(Leg from, Metadata received) {
    if (from == leg) {
      sendHeaders(received);
    }
  }

  synchronized void onResponse(Leg from, RawMessage message) {
    try (message) {
      if (from != leg || ended) {
        return;
      }
      askedAtNanos = NOT_WAITING;
      time.waitsFor(null);
      long before = answer().progress();
      if (answer().take(message) && !caller.isCancelled()) {
        access.delivers(answer().progress() - before);
        room.moves();
        sendHeaders(new Metadata());
        unsentBytes += message.length();
        gauges.unsentBytes().add(message.length());
        caller.sendMessage(message);
      }
    } catch (StatusException e) {
      dropLeg("refused a response");
      conclude(Hop.CLIENT, e.getStatus(), new Metadata());
    }
    askForResponse();
  }

  synchronized void onLegClosed(Leg from, Status status, Metadata trailers) {
    if (from != leg) {
      return;
    }
    AttachedClient client = from.client();
    forgetLeg();
    if (RelayStatus.isOfLoss(status, client)) {
      goOn(client, RelayStatus.asSeen(status, client));
    } else if (waitsForRoom(status)) {
      time.waitsFor(WaitingOn.CLIENT);
    } else {
      conclude(Hop.CLIENT, status, trailers);
    }
  }

  private synchronized boolean waitsForRoom(Status status) {
    return left != null
        && answer().progress() > 0
        && status.getCode() == Status.Code.RESOURCE_EXHAUSTED
        && room.again(now());
  }

  /** Looks whether the call moves; on the clock's thread. */
  synchronized void checkProgress(long nowNanos) {
    if (ended || ending) {
      return;
    }
    if (leg == null) {
      if (room.takeDue(nowNanos)) {
        search = router.findAgain(tunnel, this);
      }
      return;
    }
    AttachedClient client = leg.client();
    if (client.isSuspended()) {
      askedAtNanos = askedAtNanos == NOT_WAITING ? NOT_WAITING : nowNanos; // it cannot be asked
      moveIfItTakesLong(client);
    } else if (isOver(askedAtNanos, nowNanos, options.stallTimeout())) {
      dropLeg("it stood still");
      conclude(
          Hop.CLIENT,
          RelayStatus.clientStalled(
              answer().subject(), client, options.stallTimeout(), time.spent()),
          new Metadata());
    } else if (isOver(blockedAtNanos, nowNanos, options.callerStallTimeout())) {
      dropLeg("the caller stood still");
      conclude(
          Hop.CALLER,
          RelayStatus.callerStalled(answer().subject(), options.callerStallTimeout(), time.spent()),
          new Metadata());
    }
  }

  private synchronized void moveIfItTakesLong(AttachedClient client) {
    if (client.isSuspendedFor(options.moveAfter()) && router.isThere(tunnel)) {
      dropLeg("its tunnel has no connection");
      goOn(
          client,
          Status.UNAVAILABLE.withDescription(
              "no connection for %d s".formatted(options.moveAfter().toSeconds())));
    }
  }

  private static boolean isOver(long sinceNanos, long nowNanos, Duration longest) {
    return sinceNanos != NOT_WAITING && nowNanos - sinceNanos >= longest.toNanos();
  }

  /** After a leg that has failed by no fault of the request. */
  private synchronized void goOn(AttachedClient from, Status why) {
    fruitlessLegs = answer().progress() > progressBefore ? 0 : fruitlessLegs + 1;
    if (answer().isComplete()) {
      conclude(Hop.CLIENT, Status.OK, new Metadata());
    } else if (fruitlessLegs >= MOST_FRUITLESS_LEGS) {
      conclude(Hop.TUNNEL, why, new Metadata());
    } else {
      left = from + ": " + why.getDescription();
      time.waitsFor(WaitingOn.CLIENT);
      search = router.findAgain(tunnel, this);
    }
  }

  private synchronized void dropLeg(String why) {
    Leg dropped = leg;
    if (dropped != null) {
      forgetLeg();
      dropped.drop(why);
    }
  }

  private synchronized void forgetLeg() {
    Objects.requireNonNull(leg).client().endCall();
    leg = null;
    askedAtNanos = NOT_WAITING;
  }

  /** Has the answer's last word, and ends with that. */
  private synchronized void conclude(Hop hop, Status status, Metadata trailers) {
    if (!ending && !ended) {
      ending = true;
      time.waitsFor(null);
      answer()
          .end(
              status,
              verdict ->
                  // The client's trailers belong to its status; another one comes without them.
                  end(
                      hop,
                      verdict,
                      verdict.getCode() == status.getCode() ? trailers : new Metadata()));
    }
  }

  private synchronized void end(Hop hop, Status status, Metadata trailers) {
    if (ended) {
      return;
    }
    ended = true;
    time.end();
    hop.blame(context);
    active.remove(this);
    clearUnsent();
    gauges.activeCalls().add(-1);
    sendKept(status);
    answer().abandon();
    if (!caller.isCancelled()) {
      caller.close(status, trailers);
    }
  }

  private synchronized void sendKept(Status status) {
    RawMessage kept = answer().takeKept();
    if (kept != null) {
      try (kept) {
        if (status.isOk() && !caller.isCancelled()) {
          sendHeaders(new Metadata());
          access.delivers(kept.length());
          caller.sendMessage(kept);
        }
      }
    }
  }

  private synchronized void sendHeaders(Metadata received) {
    if (!headersSent && !caller.isCancelled()) {
      headersSent = true;
      caller.sendHeaders(received);
    }
  }

  private synchronized void clearUnsent() {
    gauges.unsentBytes().add(-unsentBytes);
    unsentBytes = 0;
  }

  private synchronized Answer answer() {
    return Objects.requireNonNull(answer, "start() comes first");
  }

  private ClientCall<RawMessage, RawMessage> newCall(AttachedClient client) {
    return client.channel().newCall(caller.getMethodDescriptor(), CallOptions.DEFAULT);
  }

  private static long now() {
    long now = System.nanoTime();
    return now == NOT_WAITING ? 1 : now;
  }
}
