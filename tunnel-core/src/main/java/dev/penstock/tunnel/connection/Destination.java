package dev.penstock.tunnel.connection;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection goes.
 *
 * @param name what messages call it: no query, no secret
 * @param host a name, or an address; of IPv6 without brackets
 * @param proxy null: directly
 * @param tls null: as it is
 */
public record Destination(
    String name, String host, int port, @Nullable Proxy proxy, @Nullable Tls tls) {

  /** The server itself; behind a proxy it is the proxy's business to know the name. */
  InetSocketAddress unresolvedAddress() {
    return InetSocketAddress.createUnresolved(host, port);
  }

  /** Where the TCP connection goes: the proxy, if there is one. */
  InetSocketAddress firstHop() {
    return proxy == null ? unresolvedAddress() : proxy.address();
  }

  @Override
  public String toString() {
    return name;
  }
}
