package dev.penstock.tunnel;

import dev.penstock.tunnel.channel.TunnelLoops;
import dev.penstock.tunnel.channel.TunnelServerChannel;
import io.grpc.ForwardingServerBuilder;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.File;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;

/**
 * A gRPC {@link ServerBuilder} whose server dials instead of listening.
 *
 * <p>Everything else is gRPC's Netty server as it is: interceptors, executors, limits, compression,
 * deadlines, flow control. What has no meaning without a listening socket (TLS, transport-level
 * keep-alive) is the tunnel's own business and is not to be set here.
 */
public final class TunnelServerBuilder extends ForwardingServerBuilder<TunnelServerBuilder> {
  /** A tunnel lives on one event loop; more loops than processors help nobody. */
  private static int loops(int connections) {
    return Math.min(connections, Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  /** From a thousand days on gRPC takes keep-alive for switched off. */
  private static final long NEVER_DAYS = 10_000;

  private final TunnelDialer dialer;
  private final NettyServerBuilder netty;

  private TunnelServerBuilder(TunnelDialer dialer) {
    this.dialer = dialer;
    this.netty =
        NettyServerBuilder.forAddress(dialer.address())
            .flowControlWindow(dialer.options().streamWindowBytes())
            .maxConcurrentCallsPerConnection(dialer.options().maxStreams())
            // The tunnel has a heartbeat of its own, and pauses while it waits for a connection: no
            // ping of gRPC's, from here or from a caller, may end it.
            .keepAliveTime(NEVER_DAYS, TimeUnit.DAYS)
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
  }

  /** Builds on {@code dialer}, which serves one server. */
  public static TunnelServerBuilder forDialer(TunnelDialer dialer) {
    return new TunnelServerBuilder(dialer);
  }

  @Override
  protected ServerBuilder<?> delegate() {
    return netty;
  }

  /**
   * Refuses: encryption is the carrier's, by a {@code wss://} URL.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public TunnelServerBuilder useTransportSecurity(File certChain, File privateKey) {
    throw encryptionIsTheCarriers();
  }

  /**
   * Refuses: encryption is the carrier's, by a {@code wss://} URL.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public TunnelServerBuilder useTransportSecurity(InputStream certChain, InputStream privateKey) {
    throw encryptionIsTheCarriers();
  }

  private static UnsupportedOperationException encryptionIsTheCarriers() {
    return new UnsupportedOperationException("a tunnel is encrypted by dialling a wss:// URL");
  }

  /** The server; {@code start()} begins to dial and returns at once. */
  @Override
  public Server build() {
    TunnelLoops loops = new TunnelLoops(loops(dialer.connections()), "penstock-dialer");
    return netty
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .channelFactory(() -> new TunnelServerChannel(dialer.source(), loops, dialer.address()))
        .build();
  }
}
