package dev.penstock.tunnel.websocket.dial;

import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where to dial, and how.
 *
 * @param uri {@code ws://} or {@code wss://}
 * @param headers sent with the upgrade request; may hold a secret
 * @param handshakeTimeout bounds everything from name resolution to the 101
 * @param tls used for {@code wss://}
 * @param loop the event loop on which the connection shall live
 * @param opened called on that loop with the response's headers when the upgrade was accepted
 */
public record DialTarget(
    URI uri,
    String subprotocol,
    Map<String, String> headers,
    Duration handshakeTimeout,
    @Nullable HttpProxy proxy,
    SslContext tls,
    EventLoop loop,
    Opened opened) {

  /** Learns what was agreed, and says how the WebSocket is to behave and who listens to it. */
  public interface Opened {
    /**
     * Reads the limits in force from the answer.
     *
     * @throws IllegalArgumentException when the answer makes no sense; the dial fails with its
     *     message
     */
    WebSocketSettings settings(ResponseHeaders headers);

    /** Called once, after {@link #settings}. */
    WebSocketListener listen(WebSocket webSocket, ResponseHeaders headers);
  }

  boolean isSecure() {
    return "wss".equalsIgnoreCase(uri.getScheme());
  }

  int port() {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return isSecure() ? 443 : 80;
  }

  /** The server itself; behind a proxy it is the proxy's business to know the name. */
  InetSocketAddress unresolvedAddress() {
    return InetSocketAddress.createUnresolved(uri.getHost(), port());
  }

  /** Where the TCP connection goes: the proxy, if there is one. */
  InetSocketAddress firstHop() {
    return proxy == null ? unresolvedAddress() : proxy.address();
  }

  /** The one place that names the target in messages: no header, no query. */
  @Override
  public String toString() {
    return uri.getScheme() + "://" + uri.getHost() + ":" + port() + uri.getPath();
  }
}
