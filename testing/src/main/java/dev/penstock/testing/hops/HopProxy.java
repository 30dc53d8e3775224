package dev.penstock.testing.hops;

import dev.penstock.tunnel.connection.EventLoops;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.group.ChannelGroup;
import io.grpc.netty.shaded.io.netty.channel.group.DefaultChannelGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;

/** One hop that listens. Any thread. */
final class HopProxy implements AutoCloseable {
  private final Hop hop;
  private final Channel listener;
  private final InetSocketAddress target;
  private final ChannelGroup channels;

  private HopProxy(Hop hop, Channel listener, InetSocketAddress target, ChannelGroup channels) {
    this.hop = hop;
    this.listener = listener;
    this.target = target;
    this.channels = channels;
  }

  /**
   * Listens, and passes on.
   *
   * @param loops where its connections live; stays the caller's to shut down
   * @throws IOException when the address cannot be bound
   */
  static HopProxy start(
      Hop hop, InetSocketAddress listen, InetSocketAddress target, EventLoopGroup loops)
      throws IOException {
    // Once closed, it closes at once what is still being accepted.
    ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    Route route = new Route(hop, target, channels, null);
    ChannelFuture bound =
        EventLoops.tune(new ServerBootstrap())
            .group(loops)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    channels.add(accepted);
                    hop.entrance().open(route, accepted);
                  }
                })
            .bind(listen)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + listen + ": " + bound.cause(), bound.cause());
    }
    return new HopProxy(hop, bound.channel(), target, channels);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Its name, where it listens and where it passes on to. */
  String describe() {
    String way = hop.name() + " " + Addresses.text(address()) + " → " + Addresses.text(target);
    return hop.remark().isEmpty() ? way : way + " (" + hop.remark() + ")";
  }

  /** Listens no more, and ends all that goes through it. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    channels.close().awaitUninterruptibly();
  }
}
