package dev.penstock.server;

import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.auth.Tokens;
import dev.penstock.server.canary.Canary;
import dev.penstock.server.canary.CanaryTotals;
import dev.penstock.server.digest.DigestPool;
import dev.penstock.server.directory.TunnelDirectory;
import dev.penstock.server.ops.ServerMetrics;
import dev.penstock.server.relay.Hop;
import dev.penstock.server.relay.RelayGauges;
import dev.penstock.server.relay.Relays;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.ops.CallCounts;
import dev.penstock.tunnel.ops.Metrics;
import dev.penstock.tunnel.ops.OpsServer;
import dev.penstock.tunnel.ops.Page;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: clients attach at one of its two listeners, callers call at the other. A third,
 * if it is wanted, is for operators.
 *
 * <p>Any thread.
 */
public final class PenstockServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PenstockServer.class);

  private final ServerConfig config;
  private final Tokens tokens;
  private final DigestPool digests = new DigestPool(digestThreads());
  private final Relays relays;
  private final CanaryTotals canaries = new CanaryTotals();
  private final @Nullable Canary canary;
  private final Attachments attachments;
  private final TunnelAcceptor acceptor;
  private final ApiServer api;
  private final CallCounts calls =
      new CallCounts(RegistryGrpc.getServiceDescriptor(), status -> Hop.of(status).label());
  private final @Nullable OpsServer ops;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  private PenstockServer(ServerConfig config, Tokens tokens) throws IOException {
    this.config = config;
    this.tokens = tokens;
    var directory = new TunnelDirectory(config.maxCallsPerClient());
    relays = new Relays(directory, digests, config.relay());
    Duration every = config.probeEvery();
    canary = every == null ? null : Canary.start(every, canaries);
    attachments = new Attachments(tokens, directory, canary);
    TunnelAcceptor clients = acceptor(config, attachments);
    acceptor = clients;
    Runnable closeWithdrawn =
        () -> {
          attachments.closeWithdrawn();
          clients.closeWithdrawnProbes();
        };
    tokens.watch(closeWithdrawn);
    closeWithdrawn.run(); // a withdrawal may have been noticed before it was watched for
    try {
      api = ApiServer.start(config, relays, new CallerAuthentication(tokens), calls);
    } catch (IOException | RuntimeException e) {
      acceptor.close();
      closeCanary();
      relays.close();
      throw e;
    }
    try {
      ops = startOps();
    } catch (IOException | RuntimeException e) {
      api.close(Duration.ZERO);
      acceptor.close();
      closeCanary();
      relays.close();
      throw e;
    }
  }

  /**
   * Starts both listeners; when this returns, they accept.
   *
   * @throws IOException when the tokens file cannot be read or an address not be bound
   * @throws IllegalArgumentException when the tokens file or a certificate is not well-formed
   */
  public static PenstockServer start(ServerConfig config) throws IOException {
    Tokens tokens = Tokens.open(config.tokens());
    try {
      PenstockServer server = new PenstockServer(config, tokens);
      server.logListening();
      return server;
    } catch (IOException | RuntimeException e) {
      tokens.close();
      throw e;
    }
  }

  private @Nullable OpsServer startOps() throws IOException {
    InetSocketAddress listen = config.opsListen();
    if (listen == null) {
      return null;
    }
    Metrics metrics =
        ServerMetrics.of(
            attachments.ledger(), attachments::streams, acceptor::probes, canaries, calls, relays);
    return OpsServer.start(
        listen,
        Page.usual(
            metrics, () -> closing.get() ? List.of("draining: it is shutting down") : List.of()));
  }

  private static TunnelAcceptor acceptor(ServerConfig config, Attachments attachments)
      throws IOException {
    var builder =
        TunnelAcceptor.builder(config.publicListen())
            .authenticator(attachments)
            .listener(attachments)
            .options(config.tunnelOptions());
    TlsFiles tls = config.publicTls();
    if (tls != null) {
      builder.tls(tls.certificateChain(), tls.privateKey());
    }
    return builder.start();
  }

  /** Half of the processors: the other half moves the bytes. */
  private static int digestThreads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  private void logListening() {
    log.info(
        "listening: clients at {}{}, callers at {}{}",
        publicAddress(),
        config.publicTls() == null ? "" : " (TLS)",
        apiAddress(),
        config.apiTls() == null ? "" : " (TLS)");
    if (config.isPublicPlaintext()) {
      log.warn(
          "public {} is not loopback and speaks no TLS: let only an ingress that does reach it",
          publicAddress());
    }
  }

  /** Where clients attach. */
  public InetSocketAddress publicAddress() {
    return acceptor.address();
  }

  /** Where callers call. */
  public InetSocketAddress apiAddress() {
    return api.address();
  }

  /** Where operators ask; null: nowhere. */
  public @Nullable InetSocketAddress opsAddress() {
    return ops == null ? null : ops.address();
  }

  /** What the relay holds at present. */
  public RelayGauges gauges() {
    return relays.gauges();
  }

  /** What the attached tunnels hold at present. */
  public TunnelTotals tunnels() {
    return attachments.totals();
  }

  /** Waits until the server has been closed. */
  public void awaitClosed() throws InterruptedException {
    closed.await();
  }

  /** Calls that wait for a client to attach. */
  public int waitingCalls() {
    return relays.router().waitingCalls();
  }

  /** The most calls that have waited for a client at once. */
  public int mostWaitingCalls() {
    return relays.router().mostWaitingCalls();
  }

  /**
   * Asks clients to attach elsewhere, takes no more calls, lets those in progress go on for the
   * configured grace, then ends tunnels and threads; a second call waits.
   */
  @Override
  public void close() {
    if (!closing.compareAndSet(false, true)) {
      awaitQuietly();
      return;
    }
    log.info(
        "draining: {} tunnels told to move, {} calls in progress, for at most {} s",
        tunnels().attached(),
        gauges().activeCalls().now(),
        config.shutdownGrace().toSeconds());
    closeCanary();
    acceptor.drain("the server is shutting down");
    api.close(config.shutdownGrace());
    acceptor.close();
    relays.close();
    digests.close();
    tokens.close();
    if (ops != null) {
      ops.close();
    }
    log.info("closed");
    closed.countDown();
  }

  private void closeCanary() {
    if (canary != null) {
      canary.close();
    }
  }

  private void awaitQuietly() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
