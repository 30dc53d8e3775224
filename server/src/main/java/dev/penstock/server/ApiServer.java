package dev.penstock.server;

import dev.penstock.probe.v1.ProbeGrpc;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.server.access.AccessLog;
import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.canary.ProbeService;
import dev.penstock.server.relay.RelayLimits;
import dev.penstock.server.relay.Relays;
import dev.penstock.tunnel.ops.CallCounts;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The listener for callers: the registry, probes, every service behind a tunnel, health,
 * reflection.
 */
final class ApiServer {
  /** Calls on one connection; a caller with more opens another. Its memory is per call. */
  private static final int MAX_CALLS_PER_CONNECTION = 1_000;

  private static final int MAX_METADATA_BYTES = 16 << 10;

  /** For requests, which are small; the windows for responses are the callers' own. */
  private static final int REQUEST_WINDOW_BYTES = 1 << 20;

  /** Callers may ping this often, calls or none, without being sent away. */
  private static final Duration PERMITTED_PING_INTERVAL = Duration.ofSeconds(5);

  /** Finds callers that vanished without a word, whose calls would hold a tunnel's streams. */
  private static final Duration PING_AFTER_SILENCE = Duration.ofSeconds(30);

  /** For calls that are cut off to hear of it. */
  private static final Duration CANCELLING = Duration.ofSeconds(5);

  private static final Duration PING_TIMEOUT = Duration.ofSeconds(20);

  private final HealthStatusManager health = new HealthStatusManager();
  private final Server server;

  private ApiServer(
      ServerConfig config, Relays relays, CallerAuthentication authentication, CallCounts calls)
      throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(config.apiListen())
            .directExecutor()
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            .maxInboundMessageSize(RelayLimits.MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .flowControlWindow(REQUEST_WINDOW_BYTES)
            .permitKeepAliveTime(PERMITTED_PING_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(PING_AFTER_SILENCE.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(PING_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .addStreamTracerFactory(calls)
            .intercept(authentication)
            .intercept(new AccessLog()) // the last one added is the first to run
            .addService(relays.registry())
            .addService(new ProbeService(relays.router()))
            .addService(health.getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .fallbackHandlerRegistry(relays.otherServices());
    TlsFiles tls = config.apiTls();
    if (tls != null) {
      builder.useTransportSecurity(tls.certificateChain().toFile(), tls.privateKey().toFile());
    }
    server = builder.build().start();
    health.setStatus(RegistryGrpc.SERVICE_NAME, ServingStatus.SERVING);
    health.setStatus(ProbeGrpc.SERVICE_NAME, ServingStatus.SERVING);
  }

  static ApiServer start(
      ServerConfig config, Relays relays, CallerAuthentication authentication, CallCounts calls)
      throws IOException {
    try {
      return new ApiServer(config, relays, authentication, calls);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("api listener: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on api " + config.apiListen() + ": " + e.getMessage(), e);
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getListenSockets().get(0);
  }

  /** Takes no more calls, lets those in progress go on for the grace, then ends them. */
  void close(Duration grace) {
    health.enterTerminalState();
    server.shutdown();
    try {
      if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow().awaitTermination(CANCELLING.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
