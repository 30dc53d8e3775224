package dev.penstock.tunnel.connection;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.handler.proxy.HttpProxyHandler;
import io.grpc.netty.shaded.io.netty.handler.proxy.ProxyHandler;
import io.grpc.netty.shaded.io.netty.handler.proxy.Socks5ProxyHandler;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Netty's handlers for a connection. Their own timers are off: one bounds all the steps. */
final class Handlers {
  private static final int NO_TIMEOUT = 0;

  private Handlers() {}

  static ProxyHandler proxy(Proxy proxy, InetSocketAddress address) {
    String user = proxy.user();
    String password = Objects.requireNonNullElse(proxy.password(), "");
    ProxyHandler handler =
        switch (proxy.protocol()) {
          case HTTP ->
              user == null
                  ? new HttpProxyHandler(address)
                  : new HttpProxyHandler(address, user, password);
          case SOCKS5 ->
              user == null
                  ? new Socks5ProxyHandler(address)
                  : new Socks5ProxyHandler(address, user, password);
        };
    handler.setConnectTimeoutMillis(NO_TIMEOUT);
    return handler;
  }

  static SslHandler tls(Tls tls, Channel channel, int port) {
    SslHandler handler = tls.context().newHandler(channel.alloc(), tls.serverName(), port);
    handler.setHandshakeTimeoutMillis(NO_TIMEOUT);
    SSLEngine engine = handler.engine();
    SSLParameters parameters = engine.getSSLParameters();
    // Without this line any valid certificate, of whatever host, would do (RFC 9525).
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return handler;
  }
}
