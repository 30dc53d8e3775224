package dev.penstock.tunnel.websocket.dial;

import dev.penstock.tunnel.connection.Destination;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.connection.Tls;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
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
 * @param destination of the connection, see {@link #destination}
 * @param loop the event loop on which the connection shall live
 * @param opened called on that loop with the response's headers when the upgrade was accepted
 * @param maxAnswerBytes how much to read of the body of an answer that is no upgrade, for the
 *     {@link DialException}
 */
public record DialTarget(
    URI uri,
    String subprotocol,
    Map<String, String> headers,
    Duration handshakeTimeout,
    Destination destination,
    EventLoop loop,
    Opened opened,
    int maxAnswerBytes) {

  /** To somebody who does not read the body of an answer that is no upgrade. */
  public DialTarget(
      URI uri,
      String subprotocol,
      Map<String, String> headers,
      Duration handshakeTimeout,
      Destination destination,
      EventLoop loop,
      Opened opened) {
    this(uri, subprotocol, headers, handshakeTimeout, destination, loop, opened, 0);
  }

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

  /**
   * Where the connection for this URL goes.
   *
   * @param proxy null: directly
   * @param tls used for {@code wss://}
   * @param serverName what to ask for under TLS; null: the URL's host
   */
  public static Destination destination(
      URI uri, @Nullable Proxy proxy, SslContext tls, @Nullable String serverName) {
    boolean isSecure = "wss".equalsIgnoreCase(uri.getScheme());
    int port = uri.getPort() >= 0 ? uri.getPort() : isSecure ? 443 : 80;
    String host = uri.getHost().replaceAll("[\\[\\]]", ""); // of an IPv6 address
    return new Destination(
        uri.getScheme() + "://" + uri.getHost() + ":" + port + uri.getPath(),
        host,
        port,
        proxy,
        isSecure ? new Tls(tls, serverName == null ? host : serverName) : null);
  }

  /** Without headers and query. */
  @Override
  public String toString() {
    return destination.name();
  }
}
