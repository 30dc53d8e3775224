package dev.penstock.testing.hops;

import dev.penstock.tunnel.connection.EventLoops;
import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.group.ChannelGroup;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpServerCodec;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * One hop in its place: what it is, and what comes behind it.
 *
 * @param channels gets every connection, so that they can be ended with the hop
 * @param tls with which the next one is spoken to; null in the clear
 */
record Route(Hop hop, InetSocketAddress target, ChannelGroup channels, @Nullable SslContext tls) {
  private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
  private static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;
  private static final int MAX_HEADERS_BYTES = 64 * 1024;
  private static final int MAX_CHUNK_BYTES = 8 * 1024;

  /** Expects HTTP/1.1 on this connection from now on. */
  void serveHttp(Channel accepted) {
    accepted
        .pipeline()
        .addLast(
            new HttpServerCodec(MAX_REQUEST_LINE_BYTES, MAX_HEADERS_BYTES, MAX_CHUNK_BYTES),
            new HttpFront(this));
  }

  /** The same, with another way to the next one. */
  Route over(SslContext newTls) {
    return new Route(hop, target, channels, newTls);
  }

  /** Connects to the next one; nothing is read until auto-read is turned on. */
  ChannelFuture connect(EventLoop loop, ChannelHandler... handlers) {
    return EventLoops.tune(new Bootstrap())
        .group(loop)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel made) {
                channels.add(made);
                if (tls != null) {
                  made.pipeline().addLast(encryption(tls, made));
                }
                made.pipeline().addLast(handlers);
              }
            })
        .connect(target);
  }

  private SslHandler encryption(SslContext context, Channel made) {
    SslHandler handler = context.newHandler(made.alloc(), target.getHostString(), target.getPort());
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    handler.engine().setSSLParameters(parameters);
    return handler;
  }
}
