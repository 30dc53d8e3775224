package dev.penstock.tunnel.connection;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that connects on our behalf.
 *
 * @param address unresolved: its name is looked up for each connection
 * @param user null for a proxy without authentication
 */
public record Proxy(
    Protocol protocol,
    InetSocketAddress address,
    @Nullable String user,
    @Nullable String password) {

  /** How a proxy is spoken to. */
  public enum Protocol {
    /** CONNECT (RFC 9110 §9.3.6), with Basic authentication (RFC 7617). */
    HTTP("the HTTP proxy"),
    /** SOCKS 5 (RFC 1928), with user and password (RFC 1929); the proxy resolves names. */
    SOCKS5("the SOCKS proxy");

    private final String inWords;

    Protocol(String inWords) {
      this.inWords = inWords;
    }

    String inWords() {
      return inWords;
    }
  }

  /** An HTTP proxy. */
  public static Proxy http(
      InetSocketAddress address, @Nullable String user, @Nullable String password) {
    return new Proxy(Protocol.HTTP, address, user, password);
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return address.getHostString() + ":" + address.getPort();
  }
}
