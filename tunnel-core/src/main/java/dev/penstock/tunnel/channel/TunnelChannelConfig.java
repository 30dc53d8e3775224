package dev.penstock.tunnel.channel;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.DefaultChannelConfig;
import io.grpc.netty.shaded.io.netty.channel.WriteBufferWaterMark;
import java.util.Set;

/**
 * Channel options of a tunnel.
 *
 * <p>gRPC sets options of TCP sockets. They are meant for a socket that the carrier has tuned
 * already, so they are taken and have no effect; refusing them would log a warning per connection.
 */
final class TunnelChannelConfig extends DefaultChannelConfig {
  /** Enough for HTTP/2 to fill two messages of the largest default size in one flush. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(128 * 1024, 256 * 1024);

  private static final Set<String> OF_THE_SOCKET =
      Set.of(
          ChannelOption.SO_KEEPALIVE.name(),
          ChannelOption.SO_BACKLOG.name(),
          ChannelOption.TCP_NODELAY.name());

  TunnelChannelConfig(Channel channel) {
    super(channel);
    setWriteBufferWaterMark(WATER_MARK);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    return super.setOption(option, value) || OF_THE_SOCKET.contains(option.name());
  }
}
