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
    /** Reads the limits in force from the answer. */
    WebSocketSettings settings(ResponseHeaders headers);

    /** Called once, right after {@link #settings}. */
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

  InetSocketAddress unresolvedAddress() {
    return InetSocketAddress.createUnresolved(uri.getHost(), port());
  }

  /** The one place that names the target in messages: no header, no query. */
  @Override
  public String toString() {
    return uri.getScheme() + "://" + uri.getHost() + ":" + port() + uri.getPath();
  }
}
