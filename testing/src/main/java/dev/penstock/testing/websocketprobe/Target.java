package dev.penstock.testing.websocketprobe;

import dev.penstock.tunnel.connection.Destination;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.websocket.dial.DialTarget;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a probe opens, and how.
 *
 * @param uri {@code ws://} or {@code wss://}
 * @param tls used for {@code wss://}
 * @param proxy null: directly
 * @param subprotocol null: none is asked for
 * @param headers sent with the upgrade request beside its own; may hold a secret
 * @param echoBytes sizes of the messages that are to come back; none for a server that is no echo
 * @param timeout of each step
 */
record Target(
    URI uri,
    SslContext tls,
    @Nullable Proxy proxy,
    @Nullable String subprotocol,
    Map<String, String> headers,
    List<Integer> echoBytes,
    Duration timeout) {

  Destination destination() {
    return DialTarget.destination(uri, proxy, tls, null);
  }

  /** Where the TCP connection goes: to the proxy, if there is one; with nothing on top of it. */
  Destination firstHop() {
    InetSocketAddress address = proxy == null ? null : proxy.address();
    Destination whole = destination();
    String host = address == null ? whole.host() : address.getHostString();
    int port = address == null ? whole.port() : address.getPort();
    return new Destination(host + ":" + port, host, port, null, null);
  }

  /** Through the proxy, without TLS. */
  Destination throughProxy() {
    Destination whole = destination();
    return new Destination(whole.name(), whole.host(), whole.port(), proxy, null);
  }

  boolean isSecure() {
    return destination().tls() != null;
  }
}
