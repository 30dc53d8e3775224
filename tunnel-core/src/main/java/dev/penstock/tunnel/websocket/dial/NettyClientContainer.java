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

/**
 * Tyrus's transport SPI on Netty: opens the channel over which a {@link ClientEngine} shakes hands.
 *
 * <p>Public with a public constructor because Tyrus makes it by name. One instance serves one dial.
 * The timers of the parts are off: the handshake's own is the one bound over all of them.
 */
public final class NettyClientContainer implements ClientContainer {
  static final String DIAL = "dev.penstock.tunnel.dial";

  private static final int NO_TIMEOUT = 0;

  @Override
  public void openClientSocket(
      ClientEndpointConfig config, Map<String, Object> properties, ClientEngine engine) {
    Dial dial = (Dial) Objects.requireNonNull(properties.get(DIAL));
    DialTarget target = dial.target();
    Handshake handshake = new Handshake(target, engine);
    dial.begun(handshake);
    target.loop().execute(() -> lookUp(target, handshake));
  }

  private static void lookUp(DialTarget target, Handshake handshake) {
    handshake.begin();
    HostLookup.resolve(target.firstHop(), target.loop())
        .addListener(
            lookup -> {
              if (lookup.isSuccess()) {
                connect(target, (InetSocketAddress) lookup.getNow(), handshake);
              } else {
                handshake.failed(lookup.cause());
              }
            });
  }

  private static void connect(DialTarget target, InetSocketAddress firstHop, Handshake handshake) {
    EventLoops.tune(new Bootstrap())
        .group(target.loop())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, NO_TIMEOUT)
        .resolver(NoopAddressResolverGroup.INSTANCE)
        .handler(new Connection(target, firstHop, handshake))
        // Behind a proxy, the proxy's handler connects to the first hop in this one's place.
        .connect(target.proxy() == null ? firstHop : target.unresolvedAddress())
        .addListener(handshake::onConnected);
  }

  private static final class Connection extends ChannelInitializer<Channel> {
    private final DialTarget target;
    private final InetSocketAddress firstHop;
    private final Handshake handshake;

    Connection(DialTarget target, InetSocketAddress firstHop, Handshake handshake) {
      this.target = target;
      this.firstHop = firstHop;
      this.handshake = handshake;
    }

    @Override
    protected void initChannel(Channel channel) {
      ChannelPipeline pipeline = channel.pipeline();
      HttpProxy proxy = target.proxy();
      if (proxy != null) {
        pipeline.addLast(proxyHandler(proxy));
      }
      if (target.isSecure()) {
        pipeline.addLast(tlsHandler(channel));
      }
      pipeline.addLast(new HttpClientCodec(), handshake);
    }

    private HttpProxyHandler proxyHandler(HttpProxy proxy) {
      String user = proxy.user();
      String password = Objects.requireNonNullElse(proxy.password(), "");
      HttpProxyHandler handler =
          user == null
              ? new HttpProxyHandler(firstHop)
              : new HttpProxyHandler(firstHop, user, password);
      handler.setConnectTimeoutMillis(NO_TIMEOUT);
      return handler;
    }

    private SslHandler tlsHandler(Channel channel) {
      SslHandler handler =
          target.tls().newHandler(channel.alloc(), target.uri().getHost(), target.port());
      handler.setHandshakeTimeoutMillis(NO_TIMEOUT);
      SSLEngine engine = handler.engine();
      SSLParameters parameters = engine.getSSLParameters();
      // Without this line any valid certificate, of whatever host, would do (RFC 2818 §3.1).
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      engine.setSSLParameters(parameters);
      return handler;
    }
  }
}
