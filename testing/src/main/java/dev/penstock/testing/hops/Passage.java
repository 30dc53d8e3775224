package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Whence a request came to a hop, and where it goes.
 *
 * @param peer the address next to the hop, as an IP literal
 * @param scheme {@code http} or {@code https}
 * @param port on which the hop listens
 * @param target the next one's {@code HOST:PORT}
 */
record Passage(String peer, String scheme, int port, String target) {

  static Passage of(Channel client, InetSocketAddress target) {
    // A stream of HTTP/2 is a channel of its own, below that of the connection.
    SocketAddress remote = client.remoteAddress();
    Channel connection =
        remote instanceof InetSocketAddress || client.parent() == null ? client : client.parent();
    return new Passage(
        ((InetSocketAddress) connection.remoteAddress()).getAddress().getHostAddress(),
        connection.pipeline().get(SslHandler.class) == null ? "http" : "https",
        ((InetSocketAddress) connection.localAddress()).getPort(),
        Addresses.text(target));
  }
}
