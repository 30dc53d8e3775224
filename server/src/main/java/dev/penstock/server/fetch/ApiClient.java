package dev.penstock.server.fetch;

import dev.penstock.server.access.RequestId;
import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.relay.RelayLimits;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
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

  private final RequestIdFollower ids;

  private ApiClient(ManagedChannel channel, RequestIdFollower ids) {
    this.channel = channel;
    this.ids = ids;
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
   * @param requestId of every call; null to let the server make one for each
   * @throws IllegalArgumentException when the certificates cannot be read
   */
  public static ApiClient to(Endpoint endpoint, String token, @Nullable RequestId requestId) {
    return to(endpoint, token, requestId, PING_AFTER_SILENCE, PING_TIMEOUT);
  }

  static ApiClient to(
      Endpoint endpoint,
      String token,
      @Nullable RequestId requestId,
      Duration pingAfterSilence,
      Duration pingTimeout) {
    RequestIdFollower ids = new RequestIdFollower(requestId);
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .directExecutor()
            .keepAliveTime(pingAfterSilence.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(pingTimeout.toMillis(), TimeUnit.MILLISECONDS)
            .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
            .maxInboundMessageSize(RelayLimits.MAX_MESSAGE_BYTES)
            .intercept(MetadataUtils.newAttachHeadersInterceptor(bearer(token)), ids);
    if (endpoint.tls()) {
      secure(builder, endpoint.trustedCertificates());
    } else {
      builder.usePlaintext();
    }
    return new ApiClient(builder.build(), ids);
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

  /** What a call that ended so is to be told as: with its id, by which the logs know it. */
  FetchException failure(Status status) {
    return FetchException.of(status, ids.current());
  }

  /** Ends the connection and any call on it. */
  @Override
  public void close() {
    channel.shutdownNow();
  }
}
