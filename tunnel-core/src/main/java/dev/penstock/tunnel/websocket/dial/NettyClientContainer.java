package dev.penstock.tunnel.websocket.dial;

import dev.penstock.tunnel.websocket.EventLoops;
import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelInitializer;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.ChannelPipeline;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpClientCodec;
import io.grpc.netty.shaded.io.netty.handler.proxy.HttpProxyHandler;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.resolver.NoopAddressResolverGroup;
import jakarta.websocket.ClientEndpointConfig;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.glassfish.tyrus.spi.ClientContainer;
import org.glassfish.tyrus.spi.ClientEngine;
import org.jspecify.annotations.Nullable;

/**
 * Tyrus's transport SPI on Netty: opens the channel over which a {@link ClientEngine} shakes hands.
 *
 * <p>Public with a public constructor because Tyrus makes it by name. One instance serves one dial.
 */
public final class NettyClientContainer implements ClientContainer {
  static final String TARGET = "dev.penstock.tunnel.target";

  @Override
  public void openClientSocket(
      ClientEndpointConfig config, Map<String, Object> properties, ClientEngine engine) {
    DialTarget target = (DialTarget) Objects.requireNonNull(properties.get(TARGET));
    Handshake handshake = new Handshake(target, engine);
    Bootstrap bootstrap =
        EventLoops.tune(new Bootstrap())
            .group(target.loop())
            // The handshake's own timer is the bound; this one only must not be shorter.
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(target.handshakeTimeout().toMillis()))
            .handler(new Connection(target, handshake));
    if (target.proxy() != null) {
      // Behind a proxy it is the proxy's business to know the name.
      bootstrap.resolver(NoopAddressResolverGroup.INSTANCE);
    }
    bootstrap.connect(target.unresolvedAddress()).addListener(handshake::onConnected);
  }

  private static final class Connection extends ChannelInitializer<Channel> {
    private final DialTarget target;
    private final Handshake handshake;

    Connection(DialTarget target, Handshake handshake) {
      this.target = target;
      this.handshake = handshake;
    }

    @Override
    protected void initChannel(Channel channel) {
      ChannelPipeline pipeline = channel.pipeline();
      if (target.proxy() != null) {
        pipeline.addLast(proxyHandler(target.proxy(), target));
      }
      if (target.isSecure()) {
        pipeline.addLast(tlsHandler(channel));
      }
      pipeline.addLast(new HttpClientCodec(), handshake);
    }

    private static HttpProxyHandler proxyHandler(HttpProxy proxy, DialTarget target) {
      InetSocketAddress address =
          new InetSocketAddress(proxy.address().getHostString(), proxy.address().getPort());
      HttpProxyHandler handler =
          proxy.user() == null
              ? new HttpProxyHandler(address)
              : new HttpProxyHandler(address, proxy.user(), orEmpty(proxy.password()));
      handler.setConnectTimeoutMillis(target.handshakeTimeout().toMillis());
      return handler;
    }

    private SslHandler tlsHandler(Channel channel) {
      SslHandler handler =
          target.tls().newHandler(channel.alloc(), target.uri().getHost(), target.port());
      handler.setHandshakeTimeoutMillis(target.handshakeTimeout().toMillis());
      SSLEngine engine = handler.engine();
      SSLParameters parameters = engine.getSSLParameters();
      // Without this line any valid certificate, of whatever host, would do (RFC 2818 §3.1).
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
      return handler;
    }

    private static String orEmpty(@Nullable String password) {
      return password == null ? "" : password;
    }
  }
}
