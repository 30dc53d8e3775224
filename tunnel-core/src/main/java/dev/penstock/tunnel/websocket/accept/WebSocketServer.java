package dev.penstock.tunnel.websocket.accept;

import dev.penstock.tunnel.connection.EventLoops;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.group.ChannelGroup;
import io.grpc.netty.shaded.io.netty.channel.group.DefaultChannelGroup;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A listener whose connections become WebSockets, or are told why not. Any thread. */
public final class WebSocketServer implements AutoCloseable {
  private static final int BACKLOG = 1024;

  /** RFC 9112 §3 recommends to take request lines of at least 8,000 octets. */
  private static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

  private static final int MAX_HEADERS_BYTES = 16 * 1024;

  /** The codec's unit of body content; no body is of interest here. */
  private static final int MAX_CHUNK_BYTES = 8 * 1024;

  private final Channel listener;

  /** Every open connection; closed ones leave by themselves. */
  private final ChannelGroup connections;

  private final AtomicBoolean draining;

  private WebSocketServer(Channel listener, ChannelGroup connections, AtomicBoolean draining) {
    this.listener = listener;
    this.connections = connections;
    this.draining = draining;
  }

  /**
   * Binds and starts to accept.
   *
   * @param loops where connections live; stays the caller's to shut down
   * @throws IOException when the address cannot be bound, with the address in the message
   */
  public static WebSocketServer start(WebSocketServerSettings settings, EventLoopGroup loops)
      throws IOException {
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    AtomicBoolean draining = new AtomicBoolean();
    ServerBootstrap bootstrap =
        EventLoops.tune(new ServerBootstrap())
            .group(loops)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(new Connections(settings, connections, draining));
    ChannelFuture bound = bootstrap.bind(settings.listen()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException("cannot listen on " + settings.listen() + ": " + bound.cause());
    }
    return new WebSocketServer(bound.channel(), connections, draining);
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** From now on the health check fails, so that whoever balances load sends others elsewhere. */
  public void drain() {
    draining.set(true);
  }

  /** Stops accepting; open WebSockets stay open. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
  }

  /**
   * Waits until every connection has ended, so that what they had to say, such as a close frame,
   * has left; blocks for {@code longest} at most. Not for an event loop.
   */
  public void awaitConnectionsEnded(Duration longest) {
    connections.newCloseFuture().awaitUninterruptibly(longest.toMillis());
  }

  private static final class Connections extends ChannelInitializer<Channel> {
    private final WebSocketServerSettings settings;
    private final ChannelGroup connections;
    private final AtomicBoolean draining;

    Connections(
        WebSocketServerSettings settings, ChannelGroup connections, AtomicBoolean draining) {
      this.settings = settings;
      this.connections = connections;
      this.draining = draining;
    }

    @Override
    protected void initChannel(Channel channel) {
      connections.add(channel);
      SslContext tls = settings.tls();
      if (tls != null) {
        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
      }
      channel
          .pipeline()
          .addLast(
              new HttpServerCodec(MAX_REQUEST_LINE_BYTES, MAX_HEADERS_BYTES, MAX_CHUNK_BYTES),
              new UpgradeHandler(settings, draining::get));
    }
  }
}
