package dev.penstock.tunnel.ops;

import dev.penstock.tunnel.connection.EventLoops;
import io.grpc.netty.shaded.io.netty.bootstrap.ServerBootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.group.ChannelGroup;
import io.grpc.netty.shaded.io.netty.channel.group.DefaultChannelGroup;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP listener for operators: a few pages for GET, without TLS and without authentication, so
 * for loopback or a network that is trusted.
 *
 * <p>It has one thread, and a bound on all that a stranger can make it hold: connections, the size
 * of a request, and the time for both request and answer. One request per connection.
 *
 * <p>Any thread may close it.
 */
public final class OpsServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OpsServer.class);

  /** More than a few probes and a scraper or two are not at it at once. */
  static final int MAX_CONNECTIONS = 32;

  /** From the connection to the end of the answer. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  private static final int MAX_LINE_BYTES = 4 * 1024;
  private static final int MAX_HEADER_BYTES = 8 * 1024;
  private static final int MAX_CHUNK_BYTES = 4 * 1024;
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final EventLoopGroup loop;
  private final ChannelGroup connections;
  private final Channel listener;

  private OpsServer(
      InetSocketAddress listen, Map<String, Supplier<Page>> pages, EventLoopGroup loop)
      throws IOException {
    this.loop = loop;
    this.connections = new DefaultChannelGroup(loop.next());
    ChannelFuture bound =
        EventLoops.tune(new ServerBootstrap())
            .group(loop)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(new Connections(Map.copyOf(pages)))
            .bind(listen)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen for operators on %s: %s".formatted(listen, bound.cause()));
    }
    listener = bound.channel();
    log.info("health and metrics at {}", address());
    if (!address().getAddress().isLoopbackAddress()) {
      log.warn(
          "{} is not loopback: let nobody reach it who may not read names and figures", address());
    }
  }

  /**
   * Binds and starts to accept.
   *
   * @param pages by path; made on the listener's thread, and must not block it for long
   * @throws IOException when the address cannot be bound, with the address in the message
   */
  public static OpsServer start(InetSocketAddress listen, Map<String, Supplier<Page>> pages)
      throws IOException {
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("penstock-ops", true), EventLoops.ioHandlerFactory());
    try {
      return new OpsServer(listen, pages, loop);
    } catch (IOException | RuntimeException e) {
      end(loop);
      throw e;
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Stops listening, closes what is open, and ends the thread. Not on that thread. */
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    connections.close().awaitUninterruptibly(CLOSING.toMillis());
    end(loop);
  }

  private static void end(EventLoopGroup loop) {
    loop.shutdownGracefully(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(2 * CLOSING.toMillis());
  }

  private final class Connections extends ChannelInitializer<Channel> {
    private final Map<String, Supplier<Page>> pages;

    Connections(Map<String, Supplier<Page>> pages) {
      this.pages = pages;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (connections.size() >= MAX_CONNECTIONS) {
        channel.close();
        return;
      }
      connections.add(channel);
      var deadline =
          channel
              .eventLoop()
              .schedule(() -> channel.close(), LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      channel.closeFuture().addListener(closed -> deadline.cancel(false));
      channel
          .pipeline()
          .addLast(new HttpServerCodec(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES))
          .addLast(new OpsHandler(pages));
    }
  }
}
