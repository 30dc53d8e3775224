package dev.penstock.tunnel.channel;

import dev.penstock.tunnel.session.CarrierLoops;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;

/**
 * The event loops of carriers, and of the channels on them.
 *
 * <p>Netty's server bootstrap registers a new connection on the next loop of the group, whichever
 * that is. A {@link TunnelChannel} belongs on the loop of its carrier, so this group sends it
 * there.
 */
public final class TunnelLoops extends CarrierLoops {
  public TunnelLoops(int threads, String name) {
    super(threads, name);
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return channel instanceof TunnelChannel tunnel
        ? tunnel.carrierLoop().register(channel)
        : super.register(channel);
  }
}
