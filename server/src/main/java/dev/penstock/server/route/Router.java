package dev.penstock.server.route;

import dev.penstock.server.auth.Caller;
import dev.penstock.server.auth.Identifier;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the client that takes a call. */
public final class Router {
  private static final Logger log = LoggerFactory.getLogger(Router.class);

  private final TunnelDirectory directory;
  private final RouteOptions options;
  private final ScheduledExecutorService clock;
  private final WaitingRoom room;

  /** A router to the clients in {@code directory}, which tells it of those that come. */
  public Router(TunnelDirectory directory, RouteOptions options, ScheduledExecutorService clock) {
    this.directory = directory;
    this.options = options;
    this.clock = clock;
    this.room = new WaitingRoom(options);
    directory.onArrival(room::arrived);
    directory.onPlace(this::onPlace);
  }

  /** On another thread: those who wait have locks of their own. */
  private void onPlace(String tunnel) {
    if (room.count() > 0) {
      try {
        clock.execute(() -> room.arrived(tunnel));
      } catch (RejectedExecutionException e) {
        log.debug("shutting down; nobody waits any more", e);
      }
    }
  }

  /**
   * Checks that this caller may ask for this tunnel.
   *
   * <p>Permission comes before presence: who may not use a tunnel learns nothing of it.
   */
  public void admit(Caller caller, String tunnel) throws StatusException {
    if (tunnel.isEmpty()) {
      throw RouteStatus.tunnelMissing().asException();
    }
    if (!Identifier.isValid(tunnel)) {
      throw RouteStatus.tunnelMalformed().asException();
    }
    if (!caller.mayUse(tunnel)) {
      throw RouteStatus.denied(caller, tunnel).asException();
    }
  }

  /** Finds the least busy client under the id for a new call, or waits for one. */
  public Search find(String tunnel, Taker taker) {
    return find(new Search(this, tunnel, taker, false));
  }

  /**
   * The same for a call that was with a client before: it also waits where all clients are full,
   * and where too many wait already, as it has been let in once.
   */
  public Search findAgain(String tunnel, Taker taker) {
    return find(new Search(this, tunnel, taker, true));
  }

  private Search find(Search search) {
    look(search);
    if (!search.isOver()) {
      await(search);
    }
    return search;
  }

  /** Whether a client is there that has a place for a call of this tunnel. */
  public boolean isThere(String tunnel) {
    return directory.leastBusy(tunnel).filter(AttachedClient::hasPlace).isPresent();
  }

  /** Calls that wait now. */
  public int waitingCalls() {
    return room.count();
  }

  /** The most that have waited at once. */
  public int mostWaitingCalls() {
    return room.highest();
  }

  private void await(Search search) {
    Duration wait = options.attachWait();
    if (wait.isZero()) {
      giveUp(search, RouteStatus.notAttached(search.tunnel(), wait));
    } else if (!room.enter(search)) {
      giveUp(search, RouteStatus.tooManyWaiting(search.tunnel(), options));
    } else {
      search.timeoutIs(
          clock.schedule(
              () -> giveUp(search, inVain(search.tunnel(), wait)),
              wait.toMillis(),
              TimeUnit.MILLISECONDS));
      look(search); // one may have come before it was in the room
    }
  }

  void look(Search search) {
    Optional<AttachedClient> client = directory.leastBusy(search.tunnel());
    if (client.isEmpty()) {
      return;
    }
    if (client.get().tryBeginCall()) {
      if (search.end()) {
        search.taker().found(client.get());
      } else {
        client.get().endCall();
      }
    } else if (!mayWaitForPlace(search) && search.end()) {
      search.taker().notFound(RouteStatus.tooManyCalls(search.tunnel()), new Metadata());
    }
  }

  /** A line that was cut for a moment takes its tunnel's places along, and brings them back. */
  private boolean mayWaitForPlace(Search search) {
    return search.isAgain() || directory.hasSuspended(search.tunnel());
  }

  private Status inVain(String tunnel, Duration wait) {
    return directory.leastBusy(tunnel).isPresent()
        ? RouteStatus.tooManyCalls(tunnel)
        : RouteStatus.notAttached(tunnel, wait);
  }

  private static void giveUp(Search search, Status status) {
    if (search.end()) {
      search.taker().notFound(status, RouteStatus.retryHint(status));
    }
  }

  void leave(Search search) {
    room.leave(search);
  }
}
