package dev.penstock.client.registry.http;

import dev.penstock.tunnel.connection.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way to an origin, as it is for one request.
 *
 * @param proxy with its password; null: directly
 */
record Route(Origin origin, @Nullable Proxy proxy) {
  /**
   * Whether the proxy is sent the request itself (RFC 9112 §3.2.2) and not a CONNECT: so for plain
   * HTTP, for which most proxies refuse CONNECT.
   */
  boolean isForwarded() {
    return proxy != null && proxy.protocol() == Proxy.Protocol.HTTP && !origin.isSecure();
  }

  /** That proxy. */
  Proxy forwarder() {
    return Objects.requireNonNull(proxy);
  }
}
