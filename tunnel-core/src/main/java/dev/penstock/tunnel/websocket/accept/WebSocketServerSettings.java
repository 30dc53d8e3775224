package dev.penstock.tunnel.websocket.accept;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link WebSocketServer} needs to know.
 *
 * @param subprotocols those that are spoken here, at least one; who asks for none of them is told
 *     the first
 * @param handshakeTimeout from the TCP connection to the 101
 * @param tls null for plaintext
 */
public record WebSocketServerSettings(
    SocketAddress listen,
    List<Subprotocol> subprotocols,
    Duration handshakeTimeout,
    @Nullable SslContext tls) {

  public WebSocketServerSettings {
    subprotocols = List.copyOf(subprotocols);
  }
}
