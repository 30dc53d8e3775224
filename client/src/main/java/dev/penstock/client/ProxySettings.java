package dev.penstock.client;

import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy for the way to the server.
 *
 * @param user for Basic authentication; null: none
 * @param password present when {@code user} is
 */
public record ProxySettings(
    String host, int port, @Nullable String user, @Nullable Secret password) {

  static ProxySettings parse(String text, @Nullable Secret password) {
    URI uri = Setting.uri("proxy", text);
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 1) {
      throw new IllegalArgumentException("proxy must be http://[user@]host:port");
    }
    String user = uri.getUserInfo();
    if (user != null && user.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "proxy must not hold a password; give proxy-password-file or PENSTOCK_PROXY_PASSWORD");
    }
    if ((user == null) != (password == null)) {
      throw new IllegalArgumentException(
          "proxy with a user needs proxy-password-file, and the other way round");
    }
    return new ProxySettings(uri.getHost(), uri.getPort(), user, password);
  }

  /** Not resolved yet, so that a change in the name service needs no restart. */
  InetSocketAddress address() {
    return InetSocketAddress.createUnresolved(host, port);
  }
}
