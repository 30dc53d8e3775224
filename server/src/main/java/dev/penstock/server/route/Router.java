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
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Finds the client that takes a call. */
public final class Router {
  private final TunnelDirectory directory;
  private final RouteOptions options;
  private final ScheduledExecutorService clock;
  private final WaitingRoom room;

  /** A router to the clients in {@code directory}, which tells it of those that come. */
  public Router(TunnelDirectory directory, RouteOptions options, ScheduledExecutorService clock) {
    this.directory = directory;
    this.options = options;
    this.clock = clock;
    this.room = new WaitingRoom(options.maxWaitingCalls());
    directory.onArrival(room::arrived);
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

  /** Finds the least busy client under the id, or waits for one. */
  public Search find(String tunnel, Taker taker) {
    Search search = new Search(this, tunnel, taker);
    look(search);
    if (!search.isOver()) {
      await(search);
    }
    return search;
  }

  /** Whether a client is there that takes calls for this tunnel. */
  public boolean isThere(String tunnel) {
    return directory.leastBusy(tunnel).isPresent();
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
      giveUp(search, RouteStatus.tooManyWaiting(search.tunnel(), options.maxWaitingCalls()));
    } else {
      Status inVain = RouteStatus.notAttached(search.tunnel(), wait);
      search.timeoutIs(
          clock.schedule(() -> giveUp(search, inVain), wait.toMillis(), TimeUnit.MILLISECONDS));
      look(search); // one may have come before it was in the room
    }
  }

  void look(Search search) {
    Optional<AttachedClient> client = directory.leastBusy(search.tunnel());
    if (client.isEmpty() || !search.end()) {
      return;
    }
    if (client.get().tryBeginCall()) {
      search.taker().found(client.get());
    } else {
      search.taker().notFound(RouteStatus.tooManyCalls(search.tunnel()), new Metadata());
    }
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
