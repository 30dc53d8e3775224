package dev.penstock.tunnel;

import dev.penstock.tunnel.channel.TunnelChannel;
import io.grpc.ForwardingChannelBuilder2;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.TimeUnit;

/**
 * A gRPC {@link ManagedChannelBuilder} for an attached tunnel.
 *
 * <p>The channel connects at once and ends with the tunnel: after that its calls fail with
 * UNAVAILABLE, and a new tunnel needs a new channel. Everything else is gRPC's Netty channel as it
 * is. One channel can be built for a tunnel.
 */
public final class TunnelChannelBuilder extends ForwardingChannelBuilder2<TunnelChannelBuilder> {
  private static final long NEVER_IDLE_DAYS = 365_000;

  private final Tunnel tunnel;
  private final NettyChannelBuilder netty;

  private TunnelChannelBuilder(Tunnel tunnel) {
    this.tunnel = tunnel;
    TunnelChannel channel = tunnel.takeChannel();
    this.netty =
        NettyChannelBuilder.forAddress(tunnel.address())
            .channelFactory(new OneChannel(channel))
            .eventLoopGroup(channel.carrierLoop())
            .flowControlWindow(tunnel.options().streamWindowBytes())
            .overrideAuthority(tunnel.id())
            .idleTimeout(NEVER_IDLE_DAYS, TimeUnit.DAYS)
            .usePlaintext(); // encryption is the carrier's
  }

  /**
   * Builds on {@code tunnel}.
   *
   * @throws IllegalStateException when the tunnel has a channel already, or is not at the accepting
   *     end
   */
  public static TunnelChannelBuilder forTunnel(Tunnel tunnel) {
    return new TunnelChannelBuilder(tunnel);
  }

  @Override
  protected ManagedChannelBuilder<?> delegate() {
    return netty;
  }

  /**
   * Refuses: encryption is the carrier's, by {@link TunnelAcceptor.Builder#tls}.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public TunnelChannelBuilder useTransportSecurity() {
    throw new UnsupportedOperationException("a tunnel is encrypted by the acceptor's tls()");
  }

  /**
   * Refuses: an idle channel would close a tunnel that only the other end can open.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public TunnelChannelBuilder idleTimeout(long value, TimeUnit unit) {
    throw new UnsupportedOperationException("a tunnel's channel does not go idle");
  }

  @Override
  public ManagedChannel build() {
    ManagedChannel channel = netty.build();
    tunnel.closed().thenRun(channel::shutdownNow);
    // Connects now: the serving end waits for the HTTP/2 preface.
    channel.getState(true);
    return channel;
  }
}
