package dev.penstock.client;

import dev.penstock.client.canary.ProbeService;
import dev.penstock.client.network.Network;
import dev.penstock.client.ops.ClientMetrics;
import dev.penstock.client.ops.ClientReadiness;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.service.AccessControl;
import dev.penstock.client.service.RegistryService;
import dev.penstock.client.service.TransferGauges;
import dev.penstock.client.service.TransferOptions;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.TunnelDialer;
import dev.penstock.tunnel.TunnelOptions;
import dev.penstock.tunnel.TunnelServerBuilder;
import dev.penstock.tunnel.TunnelStats;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.ops.CallCounts;
import dev.penstock.tunnel.ops.Metrics;
import dev.penstock.tunnel.ops.OpsServer;
import dev.penstock.tunnel.ops.Page;
import dev.penstock.tunnel.session.CloseCause;
import io.grpc.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running client: attached, or trying to be, until it is closed. Any thread. */
public final class PenstockClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PenstockClient.class);

  /** A probe's payload, and a few names beside. */
  private static final int MAX_REQUEST_BYTES = ProbeService.MAX_PAYLOAD_BYTES + 64 * 1024;

  /** For calls that are cut off to hear of it. */
  private static final Duration CANCELLING = Duration.ofSeconds(2);

  private final Registries registries;
  private final Supervision supervision;
  private final Duration shutdownGrace;
  private final TunnelDialer dialer;
  private final Server server;
  private final AttachmentReport report;
  private final TransferGauges gauges;
  private final CallCounts calls =
      new CallCounts(RegistryGrpc.getServiceDescriptor(), ClientMetrics::hopOf);
  private final @Nullable OpsServer ops;

  private PenstockClient(ClientConfig config, Registries registries, Supervision supervision)
      throws IOException {
    this.registries = registries;
    this.supervision = supervision;
    shutdownGrace = config.shutdownGrace();
    gauges = new TransferGauges();
    report = new AttachmentReport(config);
    dialer = dialer(config, report);
    server =
        TunnelServerBuilder.forDialer(dialer)
            // The service never blocks; a hop to another thread per message would cost more.
            .directExecutor()
            .maxInboundMessageSize(MAX_REQUEST_BYTES)
            .addStreamTracerFactory(calls)
            .addService(service(config, registries, supervision.control(), gauges))
            .addService(new ProbeService(registries.readers()))
            .build();
    ops = startOps(config);
  }

  /**
   * Begins to dial, and returns at once.
   *
   * @throws IOException when a file that the configuration names cannot be used
   */
  public static PenstockClient start(ClientConfig config) throws IOException {
    config.token().read();
    warnOfPlaintext(config);
    Registries registries = Registries.open(config);
    try {
      return start(config, registries);
    } catch (IOException | RuntimeException e) {
      registries.close();
      throw e;
    }
  }

  private static PenstockClient start(ClientConfig config, Registries registries)
      throws IOException {
    Supervision supervision = Supervision.begin(config);
    try {
      PenstockClient client = new PenstockClient(config, registries, supervision);
      client.server.start();
      return client;
    } catch (IOException | RuntimeException e) {
      supervision.close();
      throw e;
    }
  }

  private @Nullable OpsServer startOps(ClientConfig config) throws IOException {
    InetSocketAddress listen = config.opsListen();
    if (listen == null) {
      return null;
    }
    Metrics metrics =
        ClientMetrics.of(report.ledger(), report::failedDials, calls, gauges, registries.readers());
    ClientReadiness readiness = new ClientReadiness(report::notAttached, registries.readers());
    return OpsServer.start(listen, Page.usual(metrics, readiness::reasons));
  }

  /** Where it listens for operators; null: nowhere. */
  public @Nullable InetSocketAddress opsAddress() {
    OpsServer started = ops;
    return started == null ? null : started.address();
  }

  /**
   * Waits until a tunnel is up; returns at once when one is.
   *
   * @throws TimeoutException saying why it is not
   */
  public void awaitAttached(Duration patience) throws InterruptedException, TimeoutException {
    report.await(patience);
  }

  /** What its transfers hold and have done. */
  public TransferGauges gauges() {
    return gauges;
  }

  /** What has gone through each of its tunnels and what is on the way there. */
  public List<TunnelStats> tunnelStats() {
    return report.attached().stream().map(Tunnel::stats).toList();
  }

  /**
   * Asks the server to send new calls elsewhere, lets those under way go on for the configured
   * grace, and detaches; what is cut off then goes on with another client. Idempotent.
   */
  @Override
  public void close() {
    report.close();
    dialer.drain("the client is shutting down");
    server.shutdown();
    try {
      if (!server.awaitTermination(shutdownGrace.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(CANCELLING.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    } finally {
      sayGoodBye();
      registries.close();
      supervision.close();
      if (ops != null) {
        ops.close();
      }
    }
  }

  private void sayGoodBye() {
    // One that has no connection at present would wait for the next to say good-bye over.
    report
        .attached()
        .forEach(tunnel -> tunnel.close(CloseCause.SHUTTING_DOWN, "the client is shutting down"));
    try {
      // The gRPC server does not know of one that is just being attached.
      if (!dialer.awaitEnd(CANCELLING)) {
        log.warn("a tunnel has not ended; the server will keep its place for a while");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static RegistryService service(
      ClientConfig config, Registries registries, AccessControl control, TransferGauges gauges) {
    TransferOptions defaults = TransferOptions.DEFAULTS;
    TransferOptions transfers =
        new TransferOptions(
            config.messageBytes(), config.readAheadBytes(), defaults.readyThresholdBytes());
    return new RegistryService(registries.readers(), control, transfers, gauges);
  }

  private static TunnelDialer dialer(ClientConfig config, AttachmentReport report)
      throws IOException {
    TunnelDialer.Builder dialer =
        TunnelDialer.builder(config.server(), config.tunnel())
            .token(() -> tokenOf(config))
            .listener(report)
            .connections(config.connections())
            .maxCarrierAge(config.maxCarrierAge())
            .asking(config.asked())
            .options(
                TunnelOptions.DEFAULTS
                    .withResumeTimeout(config.resumeTimeout())
                    .withHandshakeTimeout(config.handshakeTimeout())
                    .withMaxStreams(config.maxStreams()));
    reach(dialer, config.server(), config.network());
    String instance = config.instance();
    if (instance != null) {
      dialer.instance(instance);
    }
    return dialer.build();
  }

  private static String tokenOf(ClientConfig config) {
    try {
      return config.token().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static void reach(TunnelDialer.Builder dialer, URI server, Network network)
      throws IOException {
    boolean isSecure = server.getScheme().equals("wss");
    int port = server.getPort() >= 0 ? server.getPort() : isSecure ? 443 : 80;
    dialer.tls(network.tls());
    try {
      Proxy proxy = network.proxies().proxyFor(isSecure, server.getHost(), port);
      if (proxy != null) {
        dialer.proxy(proxy);
      }
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
    String name = network.serverName(server.getHost());
    if (name != null) {
      dialer.serverName(name);
    }
  }

  private static void warnOfPlaintext(ClientConfig config) {
    if (Plaintext.showsToken(config)) {
      log.warn("the token goes to {} unencrypted; use wss://", config.server());
    }
    for (RegistryEndpoint registry : Plaintext.showingPassword(config)) {
      log.warn("the password goes to registry {} unencrypted; use https://", registry.uri());
    }
  }
}
