package dev.penstock.tunnel;

import dev.penstock.tunnel.channel.TunnelChannel;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives gRPC the tunnel's channel when it asks first, and channels that cannot connect when it asks
 * again: a tunnel that was lost does not come back, its successor is another tunnel.
 */
final class OneChannel implements ChannelFactory<Channel> {
  private final TunnelChannel channel;
  private final AtomicBoolean asked = new AtomicBoolean();

  OneChannel(TunnelChannel channel) {
    this.channel = channel;
  }

  @Override
  public Channel newChannel() {
    return asked.getAndSet(true) ? TunnelChannel.successorOf(channel) : channel;
  }
}
