package dev.penstock.tunnel.channel;

import dev.penstock.tunnel.websocket.EventLoops;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The event loops of carriers, and of the channels on them.
 *
 * <p>Netty's server bootstrap registers a new connection on the next loop of the group, whichever
 * that is. A {@link TunnelChannel} belongs on the loop of its carrier, so this group sends it
 * there.
 */
public final class CarrierLoops extends MultiThreadIoEventLoopGroup {
  public CarrierLoops(int threads, String name) {
    super(threads, new DefaultThreadFactory(name, true), EventLoops.ioHandlerFactory());
  }

  @Override
  public ChannelFuture register(Channel channel) {
    return channel instanceof TunnelChannel tunnel
        ? tunnel.carrierLoop().register(channel)
        : super.register(channel);
  }
}
