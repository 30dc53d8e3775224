package dev.penstock.tunnel.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.tunnel.websocket.dial.DialException;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one session to the server alive, for ever: dials, waits for its end, waits a little, dials
 * again ({@link Backoff}).
 *
 * <p>Runs on a thread of its own, which ends with {@link #stop}; sessions stay open then.
 */
public final class DialLoop {
  private static final Logger log = LoggerFactory.getLogger(DialLoop.class);

  /** A session that lived this long was a success; after a shorter one the backoff goes on. */
  private static final Duration PROVEN = Duration.ofSeconds(10);

  private final SessionDialer dialer;
  private final Duration handshakeTimeout;
  private final Events events;
  private final Backoff backoff = new Backoff(new SplittableRandom());

  @GuardedBy("this")
  private @Nullable Thread thread;

  /** Beside the interrupt, which a token supplier or a listener may swallow. */
  private volatile boolean stopped;

  /**
   * Where and as whom to dial.
   *
   * @param server {@code ws://} or {@code wss://}, with a path prefix if the ingress wants one
   * @param token asked for each dial
   * @param proxy an HTTP proxy to CONNECT through; null for none
   * @param trustedCertificates PEM; null for the platform's own
   */
  public record Settings(
      URI server,
      String tunnelId,
      String instance,
      Supplier<String> token,
      Duration handshakeTimeout,
      @Nullable InetSocketAddress proxy,
      @Nullable String proxyUser,
      @Nullable String proxyPassword,
      @Nullable Path trustedCertificates) {

    public Settings {
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
    this.handshakeTimeout = settings.handshakeTimeout();
    this.events = events;
  }

  /** Starts to dial; called once. */
  public synchronized void start(EventLoopGroup loops) {
    if (thread != null || stopped) {
      throw new IllegalStateException("one dialer serves one server, once");
    }
    thread = new Thread(() -> run(loops), "penstock-dial");
    thread.setDaemon(true);
    thread.start();
  }

  /** Dials no more. Any thread. */
  public synchronized void stop() {
    stopped = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void run(EventLoopGroup loops) {
    try {
      while (!stopped) {
        Duration wait = attachOrGoOn(loops);
        TimeUnit.NANOSECONDS.sleep(wait.toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stop() was called; the thread ends here
    }
  }

  /** Not even an error ends the dialling: nobody is there to start the client again. */
  private Duration attachOrGoOn(EventLoopGroup loops) throws InterruptedException {
    try {
      return attachOnce(loops);
    } catch (Error e) {
      log.error("dialling failed on an error; it goes on", e);
      return backoff.next(false, null);
    }
  }

  /** Dials, stays until the end of the session, and tells how long to wait. */
  private Duration attachOnce(EventLoopGroup loops) throws InterruptedException {
    CompletableFuture<Attachment> attached = new CompletableFuture<>();
    try {
      dialer.dial(loops.next(), attachment -> adopt(attachment, attached));
      return stay(attached.get(handshakeTimeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (DialException e) {
      int status = e.httpStatus().orElse(0);
      boolean refused = status == 401 || status == 403;
      return failed(refused, String.valueOf(e.getMessage()), e.retryAfter().orElse(null));
    } catch (TimeoutException e) {
      attached.cancel(false);
      return failed(false, "the upgrade was accepted, but then no session began", null);
    } catch (ExecutionException e) {
      return failed(false, "the session could not begin: " + e.getCause(), null);
    } catch (RuntimeException e) {
      // Not a network condition: a token that cannot be read, or a defect. Said, and tried again.
      return failed(false, "cannot dial: " + words(e), null);
    }
  }

  /** On the session's event loop. */
  private void adopt(Attachment attachment, CompletableFuture<Attachment> attached) {
    try {
      events.onAttached(attachment);
      if (!attached.complete(attachment)) {
        attachment.session().close(CloseCause.CLOSED, "the dial was given up before");
      }
    } catch (RuntimeException e) {
      attached.completeExceptionally(e);
      throw e;
    }
  }

  private Duration stay(Attachment attachment) throws InterruptedException, ExecutionException {
    long since = System.nanoTime();
    SessionClosed why = attachment.session().closed().get();
    if (System.nanoTime() - since > PROVEN.toNanos()) {
      backoff.reset();
    }
    Duration wait = backoff.next(false, null);
    report(() -> events.onDetached(attachment, why, wait));
    return wait;
  }

  private Duration failed(boolean refused, String message, @Nullable Duration retryAfter) {
    Duration wait = backoff.next(refused, retryAfter);
    report(() -> events.onDialFailed(new DialFailure(refused, message, wait)));
    return wait;
  }

  /** A listener that fails must not end the dialling. */
  private static void report(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      log.error("a listener failed; dialling goes on", e);
    }
  }

  private static String words(RuntimeException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
