package dev.penstock.testing.endpoint;

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
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP and WebSocket echo server that says what arrived: {@code GET /} with a page, any other
 * path with JSON, and whatever comes over a WebSocket, on any path and with any subprotocol, is
 * sent back. Any thread; closing ends all connections.
 */
public final class EndpointServer implements AutoCloseable {
  private static final int THREADS = 2;
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          THREADS, new DefaultThreadFactory("endpoint", true), EventLoops.ioHandlerFactory());
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final boolean isSecure;
  private final InetSocketAddress address;

  private EndpointServer(InetSocketAddress listen, @Nullable SslContext tls) throws IOException {
    isSecure = tls != null;
    ChannelFuture bound =
        EventLoops.tune(new ServerBootstrap())
            .group(loops)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    channels.add(accepted);
                    if (tls != null) {
                      accepted.pipeline().addLast(tls.newHandler(accepted.alloc()));
                    }
                    accepted.pipeline().addLast(new HttpServerCodec(), new EndpointHandler());
                  }
                })
            .bind(listen)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw new IOException("cannot listen on " + listen + ": " + bound.cause(), bound.cause());
    }
    channels.add(bound.channel());
    address = (InetSocketAddress) bound.channel().localAddress();
  }

  /**
   * Starts one without TLS.
   *
   * @param listen port 0 picks a free one
   * @throws IOException when the address cannot be bound
   */
  public static EndpointServer start(InetSocketAddress listen) throws IOException {
    return new EndpointServer(listen, null);
  }

  /**
   * Starts one with TLS.
   *
   * @param certificate its chain, PEM
   * @param key of the certificate, PKCS #8 PEM
   * @throws IOException when a file cannot be used, or the address cannot be bound
   */
  public static EndpointServer startTls(InetSocketAddress listen, Path certificate, Path key)
      throws IOException {
    SslContext tls;
    try {
      tls = SslContextBuilder.forServer(certificate.toFile(), key.toFile()).build();
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "cannot serve TLS with " + certificate + " and " + key + ": " + e.getMessage(), e);
    }
    return new EndpointServer(listen, tls);
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /** Its page, such as {@code http://127.0.0.1:8080/}. */
  public URI url() {
    String host = address.getAddress().getHostAddress();
    String literal = address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host;
    String scheme = isSecure ? "https" : "http";
    return URI.create(scheme + "://" + literal + ":" + address.getPort() + "/");
  }

  @Override
  public void close() {
    channels.close().awaitUninterruptibly();
    loops
        .shutdownGracefully(0, CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_BOUND.toMillis());
  }
}
