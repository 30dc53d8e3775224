package dev.penstock.tunnel.websocket.dial;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that is asked to CONNECT (RFC 9110 §9.3.6).
 *
 * @param user null for a proxy without authentication; else Basic is used
 */
public record HttpProxy(
    InetSocketAddress address, @Nullable String user, @Nullable String password) {

  /** Leaves the password out. */
  @Override
  public String toString() {
    return address.getHostString() + ":" + address.getPort();
  }
}
