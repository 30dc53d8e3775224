package dev.penstock.server.fetch;

import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.relay.RelayLimits;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A connection to a server's API, as one caller. */
public final class ApiClient implements AutoCloseable {
  /**
   * Bytes under way to us before the sender waits. Large enough for a fast network some
   * milliseconds away; it is also about what is held here when the disk is slow.
   */
  private static final int FLOW_CONTROL_WINDOW_BYTES = 4 << 20;

  /** Finds a server that vanished without a word, for which a fetch would wait for ever. */
  private static final Duration PING_AFTER_SILENCE = Duration.ofSeconds(30);

  private static final Duration PING_TIMEOUT = Duration.ofSeconds(20);

  private final ManagedChannel channel;

  private ApiClient(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * How the API is reached.
   *
   * @param tls whether it speaks TLS
   * @param trustedCertificates whom to trust, a PEM file; null for the platform's own
   */
  public record Endpoint(String host, int port, boolean tls, @Nullable Path trustedCertificates) {}

  /**
   * Prepares to connect; the first call does.
   *
   * @throws IllegalArgumentException when the certificates cannot be read
   */
  public static ApiClient to(Endpoint endpoint, String token) {
    return to(endpoint, token, PING_AFTER_SILENCE, PING_TIMEOUT);
  }

  static ApiClient to(
      Endpoint endpoint, String token, Duration pingAfterSilence, Duration pingTimeout) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .directExecutor()
            .keepAliveTime(pingAfterSilence.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(pingTimeout.toMillis(), TimeUnit.MILLISECONDS)
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .maxInboundMessageSize(RelayLimits.MAX_MESSAGE_BYTES)
            .intercept(MetadataUtils.newAttachHeadersInterceptor(bearer(token)));
    if (endpoint.tls()) {
      secure(builder, endpoint.trustedCertificates());
    } else {
      builder.usePlaintext();
    }
    return new ApiClient(builder.build());
  }

  private static void secure(NettyChannelBuilder builder, @Nullable Path certificates) {
    builder.useTransportSecurity();
    if (certificates == null) {
      return;
    }
    try {
      builder.sslContext(GrpcSslContexts.forClient().trustManager(certificates.toFile()).build());
    } catch (SSLException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "cannot read certificates from " + certificates + ": " + e.getMessage(), e);
    }
  }

  private static Metadata bearer(String token) {
    Metadata headers = new Metadata();
    headers.put(CallerAuthentication.AUTHORIZATION, "Bearer " + token);
    return headers;
  }

  Channel channel() {
    return channel;
  }

  /** Ends the connection and any call on it. */
  @Override
  public void close() {
    channel.shutdownNow();
  }
}
