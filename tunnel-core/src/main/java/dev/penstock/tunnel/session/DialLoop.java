package dev.penstock.tunnel.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.websocket.dial.DialException;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one client attached, for ever: dials, keeps the session on the line until its end ({@link
 * SessionKeeper}), waits a little ({@link Backoff}), dials again. When the server asks to move, the
 * next session is dialled while the old one is kept for what still runs in it.
 *
 * <p>Runs on a thread of its own, which ends after {@link #stop} with the session's end.
 */
public final class DialLoop {
  private static final Logger log = LoggerFactory.getLogger(DialLoop.class);

  /** A session that lived this long was a success; after a shorter one the backoff goes on. */
  private static final Duration PROVEN = Duration.ofSeconds(10);

  /** Within this time the clients of a server that drains begin to dial the next. */
  private static final Duration DRAIN_SPREAD = Duration.ofSeconds(2);

  private final SessionDialer dialer;
  private final Duration maxCarrierAge;
  private final Events events;
  private final Backoff backoff = Backoff.toAttach(new SplittableRandom());

  @GuardedBy("this")
  private @Nullable Thread thread;

  /** True while there is a session to be kept on the line. */
  @GuardedBy("this")
  private boolean keeping;

  /** Beside the interrupt, which a token supplier or a listener may swallow. */
  private volatile boolean stopped;

  /** Completes when no session can begin any more. */
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private static final Duration MIN_CARRIER_AGE = Duration.ofSeconds(1);

  /**
   * Where and as whom to dial.
   *
   * @param server {@code ws://} or {@code wss://}, with a path prefix if the ingress wants one
   * @param token asked for each dial
   * @param resumeTimeout how long a session waits for its next carrier
   * @param maxCarrierAge before a carrier is that old the next one is dialled; zero for never
   * @param proxy null: directly
   * @param tls for {@code wss}
   * @param serverName what to ask for under TLS; null: the URL's host
   * @param asked the limits that the path wants
   */
  public record Settings(
      URI server,
      String tunnelId,
      String instance,
      Supplier<String> token,
      Duration handshakeTimeout,
      Duration resumeTimeout,
      Duration maxCarrierAge,
      @Nullable Proxy proxy,
      ClientTls tls,
      @Nullable String serverName,
      AskedLimits asked) {

    public Settings {
      require(
          "longest age of a connection",
          maxCarrierAge.isZero() || maxCarrierAge.compareTo(MIN_CARRIER_AGE) >= 0,
          "at least %d s, or 0 for no limit".formatted(MIN_CARRIER_AGE.toSeconds()));
      require(
          "server",
          isWebSocketUri(server),
          "a ws:// or wss:// URL with a host, without user, query or fragment");
      require(
          "tunnel id",
          WireProtocol.TUNNEL_ID.matcher(tunnelId).matches(),
          "1 to 63 of a-z 0-9 -, no - at the ends");
      require(
          "instance",
          WireProtocol.INSTANCE_NAME.matcher(instance).matches(),
          "1 to 128 of A-Z a-z 0-9 . _ -");
    }

    private static boolean isWebSocketUri(URI uri) {
      boolean scheme = "ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme());
      boolean place = uri.getHost() != null && uri.getPort() != 0 && uri.getPort() <= 0xffff;
      boolean more =
          uri.getQuery() != null || uri.getUserInfo() != null || uri.getFragment() != null;
      return scheme && place && !more;
    }

    private static void require(String name, boolean valid, String accepted) {
      if (!valid) {
        throw new IllegalArgumentException(name + " is not valid; accepted is " + accepted);
      }
    }

    /** Leaves the secrets out. */
    @Override
    public String toString() {
      return tunnelId + " at " + server;
    }
  }

  /** What the loop reports. */
  public interface Events {
    /** On the session's event loop; must give the session its listener before it returns. */
    void onAttached(Attachment attachment);

    /** On the loop's thread. */
    void onDetached(Attachment attachment, SessionClosed why, Duration retryIn);

    /** On the loop's thread. */
    void onDialFailed(DialFailure failure);
  }

  /**
   * Makes a loop that does not dial yet.
   *
   * @throws IOException when the trusted certificates cannot be used
   */
  public DialLoop(Settings settings, Events events) throws IOException {
    this.dialer = new SessionDialer(settings);
    this.maxCarrierAge = settings.maxCarrierAge();
    this.events = events;
  }

  /** Starts to dial; called once. */
  public synchronized void start(EventLoop loop) {
    if (thread != null || stopped) {
      throw new IllegalStateException("one dialer serves one server, once");
    }
    thread = start("penstock-dial", () -> run(loop));
  }

  /**
   * Attaches no more. A session that is there goes on, and is kept on the line. Any thread.
   *
   * @return completes, on any thread, when no session can begin any more: with this call, or once a
   *     dial under way has come to its end, or with the end of the session that is kept
   */
  public synchronized CompletionStage<Void> stop() {
    stopped = true;
    if (thread == null) {
      ended.complete(null);
    } else if (!keeping) {
      thread.interrupt();
    }
    return ended.copy();
  }

  private static Thread start(String name, Runnable task) {
    Thread started = new Thread(task, name);
    started.setDaemon(true);
    started.start();
    return started;
  }

  private void run(EventLoop loop) {
    try {
      while (!stopped) {
        Duration wait = attachOrGoOn(loop);
        if (!stopped) { // by now, perhaps, and without an interrupt while a session was kept
          TimeUnit.NANOSECONDS.sleep(wait.toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stop() was called; the thread ends here
    } finally {
      // Behind what a dial that was given up has left to do there.
      loop.execute(() -> ended.complete(null));
    }
  }

  /** Not even an error ends the dialling: nobody is there to start the client again. */
  private Duration attachOrGoOn(EventLoop loop) throws InterruptedException {
    try {
      return attachAndStay(loop);
    } catch (Error e) {
      log.error("dialling failed on an error; it goes on", e);
      return backoff.next(false, null);
    }
  }

  /** Dials, keeps the session until its end, and tells how long to wait. */
  private Duration attachAndStay(EventLoop loop) throws InterruptedException {
    try {
      Attachment attachment;
      try {
        attachment = dialer.dial(loop, this::attached);
      } catch (DialException | RuntimeException e) {
        DialFailure failure = DialFailure.of(e, backoff);
        report(() -> events.onDialFailed(failure));
        return failure.retryIn();
      }
      return stay(attachment);
    } finally {
      keeping(false);
    }
  }

  /** From when somebody is told of a session it is there, and {@link #stop} leaves it alone. */
  private void attached(Attachment attachment) {
    keeping(true);
    events.onAttached(attachment);
  }

  /** Keeps a session, and those that follow when the server asks to move. */
  private Duration stay(Attachment first) throws InterruptedException {
    Optional<Attachment> next = Optional.of(first);
    Duration wait = Duration.ZERO;
    while (next.isPresent()) {
      SessionKeeper keeper = keeperOf(next.get());
      next = keeper.keep(true, events::onAttached);
      wait = leave(keeper, next.isPresent());
    }
    return wait;
  }

  private SessionKeeper keeperOf(Attachment attachment) {
    return new SessionKeeper(
        attachment, dialer, maxCarrierAge, failure -> report(() -> events.onDialFailed(failure)));
  }

  /** While a session is kept, {@link #stop} does not interrupt. */
  private synchronized void keeping(boolean now) {
    keeping = now;
  }

  /** Says good-bye to a session that is over; has one that drains kept by a thread of its own. */
  private Duration leave(SessionKeeper keeper, boolean isReplaced) {
    if (keeper.isOver()) {
      Duration wait = isReplaced ? Duration.ZERO : waitAfter(keeper);
      ended(keeper, wait);
      return wait;
    }
    start("penstock-drain", () -> keepToTheEnd(keeper));
    // A server that drains tells all its clients at once; they are not to leave at once.
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(DRAIN_SPREAD.toNanos()));
  }

  private Duration waitAfter(SessionKeeper keeper) {
    if (keeper.age().compareTo(PROVEN) > 0) {
      backoff.reset();
    }
    return backoff.next(false, null);
  }

  private void keepToTheEnd(SessionKeeper keeper) {
    try {
      // A server that does not know this session any more has the next one already.
      keeper
          .keep(false, extra -> extra.session().listen(new Unwanted()))
          .ifPresent(DialLoop::closeUnwanted);
      ended(keeper, Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeUnwanted(Attachment extra) {
    Session session = extra.session();
    session.eventLoop().execute(() -> session.close(CloseCause.CLOSED, "its client has another"));
  }

  private void ended(SessionKeeper keeper, Duration retryIn) {
    SessionClosed why = keeper.attachment().session().closed().join();
    report(() -> events.onDetached(keeper.attachment(), why, retryIn));
  }

  /** A listener that fails must not end the dialling. */
  private static void report(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      log.error("a listener failed; dialling goes on", e);
    }
  }
}
