package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.session.AskedLimits;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where to probe, and as whom: what a tunnel would be dialled with.
 *
 * @param server {@code ws://} or {@code wss://}, with a path prefix if the ingress wants one
 * @param token of that tunnel
 * @param proxy null: directly
 * @param tls used for {@code wss://}
 * @param serverName what to ask for under TLS; null: the URL's host
 * @param handshakeTimeout from name resolution to the first message from the server; also bounds
 *     each echo and each ping
 * @param loop where the connection lives; stays the caller's
 * @param nonce 1 to 64 of {@code A-Z a-z 0-9 . _ -}, which the server gives back with its answer
 * @param asked the limits that the tunnel would ask for
 */
public record ProbeTarget(
    URI server,
    String tunnelId,
    String token,
    @Nullable Proxy proxy,
    SslContext tls,
    @Nullable String serverName,
    Duration handshakeTimeout,
    EventLoop loop,
    String nonce,
    AskedLimits asked) {
  private static final Pattern NONCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Checks URL and nonce. */
  public ProbeTarget {
    if (server.getHost() == null || !List.of("ws", "wss").contains(server.getScheme())) {
      throw new IllegalArgumentException("server is not valid; accepted is a ws:// or wss:// URL");
    }
    if (!NONCE.matcher(nonce).matches()) {
      throw new IllegalArgumentException(
          "nonce is not valid; accepted is 1 to 64 of A-Z a-z 0-9 . _ -");
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "tunnel '" + tunnelId + "' at " + server;
  }
}
