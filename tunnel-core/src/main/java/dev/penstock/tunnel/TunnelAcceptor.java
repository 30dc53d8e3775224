package dev.penstock.tunnel;

import dev.penstock.tunnel.channel.TunnelLoops;
import dev.penstock.tunnel.probe.ProbeAcceptor;
import dev.penstock.tunnel.probe.ProbeCounts;
import dev.penstock.tunnel.session.Attachment;
import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.SessionAcceptor;
import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.TunnelAuthenticator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for clients and tells of each that attaches.
 *
 * <p>The listener is an HTTP port: {@code GET /tunnel/v1/{tunnel-id}} upgrades, {@code /healthz}
 * answers 200, probes find out what the path does to a WebSocket, and everything else gets a JSON
 * answer that says what arrived and what was missing.
 */
public final class TunnelAcceptor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TunnelAcceptor.class);

  /** How long peers have to answer the close frame when the acceptor closes. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private static final long SHUTDOWN_QUIET_MILLIS = 100;
  private static final long SHUTDOWN_TIMEOUT_MILLIS = 5_000;

  private final SessionAcceptor acceptor;
  private final ProbeAcceptor probes;
  private final TunnelLoops loops;
  private final Set<Tunnel> tunnels = ConcurrentHashMap.newKeySet();

  // Written by whoever shuts down, read by event loops.
  private volatile @Nullable String drainReason;

  private TunnelAcceptor(Builder builder) throws IOException {
    this.loops = new TunnelLoops(builder.threads, "penstock-acceptor");
    this.probes = new ProbeAcceptor(builder.authenticator, builder.options.limits());
    try {
      this.acceptor =
          SessionAcceptor.start(
              builder.settings(a -> attached(a, builder)), loops, List.of(probes));
    } catch (IOException | RuntimeException e) {
      loops.shutdownGracefully(0, SHUTDOWN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      throw e;
    }
  }

  /** Begins to describe an acceptor; port 0 picks a free one. */
  public static Builder builder(InetSocketAddress listen) {
    return new Builder(listen);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return acceptor.address();
  }

  /**
   * Asks every client to attach elsewhere, as a first step of a shutdown. From now on clients that
   * would attach anew get 503 and {@code /healthz} answers 503; tunnels that are there stay, and
   * resume when their connection is lost, until {@link #close}. Probes end.
   */
  public void drain(String reason) {
    drainReason = reason; // before the tunnels are gone through: one that attaches now sees it
    acceptor.drain();
    probes.drain();
    tunnels.forEach(tunnel -> tunnel.drain(reason));
  }

  /** Ends the probes whose token {@link TunnelAuthenticator#isInForce} says is withdrawn. */
  public void closeWithdrawnProbes() {
    probes.closeWithdrawn();
  }

  /** What probes have done since the start. */
  public ProbeCounts probes() {
    return probes.counts();
  }

  /**
   * Stops accepting, closes every tunnel with {@link CloseCause#SHUTTING_DOWN}, ends the threads.
   */
  @Override
  public void close() {
    acceptor.close();
    probes.drain();
    tunnels.forEach(
        tunnel -> tunnel.close(CloseCause.SHUTTING_DOWN, "the server is shutting down"));
    // An event loop that ends closes its sockets, and the close frames with them.
    acceptor.awaitCarriersEnded(FAREWELL);
    loops
        .shutdownGracefully(SHUTDOWN_QUIET_MILLIS, SHUTDOWN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(2 * SHUTDOWN_TIMEOUT_MILLIS);
  }

  private void attached(Attachment attachment, Builder builder) {
    Tunnel tunnel = Tunnel.accepted(attachment, builder.options);
    tunnels.add(tunnel);
    attachment.session().observe(new Observer(tunnel, builder.listener));
    try {
      builder.listener.onAttached(tunnel);
    } catch (RuntimeException e) {
      log.error("the listener failed on {}; closing the tunnel", tunnel, e);
      tunnel.close(CloseCause.INTERNAL_ERROR, "the server failed to take the tunnel in");
    }
    String reason = drainReason;
    if (reason != null) {
      tunnel.drain(reason);
    }
  }

  /** Passes on the end, too: before the calls in the tunnel fail, and may be routed again. */
  private final class Observer extends TunnelObserver {
    private final Tunnel tunnel;
    private final AcceptorListener listener;

    Observer(Tunnel tunnel, AcceptorListener listener) {
      super(tunnel, listener);
      this.tunnel = tunnel;
      this.listener = listener;
    }

    @Override
    public void onOver(SessionClosed why) {
      tunnels.remove(tunnel);
      try {
        listener.onDetached(tunnel, why);
      } catch (RuntimeException e) {
        log.error("the listener failed on the end of {}", tunnel, e);
      }
    }
  }

  /** Describes a {@link TunnelAcceptor}. */
  public static final class Builder {
    private final InetSocketAddress listen;
    private TunnelAuthenticator authenticator =
        (tunnelId, token) -> TunnelAuthenticator.Verdict.UNKNOWN_TOKEN;
    private AcceptorListener listener = tunnel -> {};
    private TunnelOptions options = TunnelOptions.DEFAULTS;
    private int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    private @Nullable Path certificateChain;
    private @Nullable Path privateKey;

    private Builder(InetSocketAddress listen) {
      this.listen = listen;
    }

    /** Who may attach; by default nobody. */
    public Builder authenticator(TunnelAuthenticator newAuthenticator) {
      this.authenticator = newAuthenticator;
      return this;
    }

    public Builder listener(AcceptorListener newListener) {
      this.listener = newListener;
      return this;
    }

    public Builder options(TunnelOptions newOptions) {
      this.options = newOptions;
      return this;
    }

    /** Speaks TLS with this certificate chain and unencrypted key, both PEM. */
    public Builder tls(Path pemChain, Path pemKey) {
      this.certificateChain = pemChain;
      this.privateKey = pemKey;
      return this;
    }

    /** How many event loops carry tunnels; by default one for each processor, at least two. */
    public Builder threads(int count) {
      this.threads = count;
      return this;
    }

    /**
     * Binds and starts to accept.
     *
     * @throws IOException when the address cannot be bound or the certificate not be used
     */
    public TunnelAcceptor start() throws IOException {
      return new TunnelAcceptor(this);
    }

    private SessionAcceptor.Settings settings(Consumer<Attachment> onAttached) {
      return new SessionAcceptor.Settings(
          listen,
          options.handshakeTimeout(),
          options.resumeTimeout(),
          options.limits(),
          certificateChain,
          privateKey,
          authenticator,
          onAttached);
    }
  }
}
