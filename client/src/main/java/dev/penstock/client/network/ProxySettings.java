package dev.penstock.client.network;

import dev.penstock.client.credentials.PasswordSource;
import dev.penstock.tunnel.connection.Proxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A proxy as it is configured.
 *
 * @param user null: a proxy without authentication
 * @param password present when {@code user} is
 */
public record ProxySettings(
    Proxy.Protocol protocol,
    String host,
    int port,
    @Nullable String user,
    @Nullable PasswordSource password) {
  private static final int SOCKS_PORT = 1080;

  /**
   * Reads {@code http://[user@]host:port} or {@code socks5://[user@]host[:port]}.
   *
   * @param key by which errors call it
   * @param password of the user in the URL, if there is one
   * @throws IllegalArgumentException naming the key and what is accepted, without quoting
   */
  public static ProxySettings parse(String key, String text, @Nullable PasswordSource password) {
    URI uri = uri(key, text);
    String user = uri.getUserInfo();
    if (user != null && user.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "%s must not hold a password; give %s-password-file".formatted(key, key));
    }
    if ((user == null) != (password == null)) {
      throw new IllegalArgumentException(
          "%s with a user needs %s-password-file, and the other way round".formatted(key, key));
    }
    return of(uri, key, user, password);
  }

  /** Reads a proxy variable, as curl and others have them: the password is in the URL. */
  static ProxySettings ofVariable(String name, String value) {
    URI uri = uri(name, value.contains("://") ? value : "http://" + value);
    String userInfo = uri.getUserInfo();
    int colon = userInfo == null ? -1 : userInfo.indexOf(':');
    if (userInfo == null || colon < 0) {
      return of(uri, name, userInfo, userInfo == null ? null : new InVariable(name, ""));
    }
    String password = userInfo.substring(colon + 1);
    return of(uri, name, userInfo.substring(0, colon), new InVariable(name, password));
  }

  /** A password in the URL of a variable. */
  private record InVariable(String name, String value) implements PasswordSource {
    @Override
    public String readPassword() {
      return value;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static ProxySettings of(
      URI uri, String key, @Nullable String user, @Nullable PasswordSource password) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    Proxy.Protocol protocol =
        switch (scheme) {
          case "http" -> Proxy.Protocol.HTTP;
          case "socks5", "socks5h" -> Proxy.Protocol.SOCKS5;
          default -> throw unacceptable(key);
        };
    int port = uri.getPort() < 0 && protocol == Proxy.Protocol.SOCKS5 ? SOCKS_PORT : uri.getPort();
    if (uri.getHost() == null || port < 1 || port > 0xffff) {
      throw unacceptable(key);
    }
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    return new ProxySettings(protocol, host, port, user, password);
  }

  private static URI uri(String key, String text) {
    try {
      return new URI(text.strip());
    } catch (URISyntaxException e) {
      throw unacceptable(key); // the cause would quote the text, and a password in it
    }
  }

  private static IllegalArgumentException unacceptable(String key) {
    return new IllegalArgumentException(
        key + " must be http://[user@]host:port or socks5://[user@]host[:port]");
  }

  /**
   * With the password as it is now. Blocks where that is in a file.
   *
   * @throws IOException saying where the password was looked for, when it cannot be had
   */
  public Proxy read() throws IOException {
    try {
      return proxy(password == null ? null : password.readPassword());
    } catch (IOException e) {
      throw new IOException("the proxy's password: " + e.getMessage(), e);
    }
  }

  /** As it is, with this password. */
  public Proxy proxy(@Nullable String shown) {
    return new Proxy(protocol, InetSocketAddress.createUnresolved(host, port), user, shown);
  }

  /** Names the place of the password, and leaves it out. */
  @Override
  public String toString() {
    String at = user == null ? "" : user + "@";
    String place = password == null ? "" : " (password in " + password + ")";
    return protocol.name().toLowerCase(Locale.ROOT) + "://" + at + host + ":" + port + place;
  }
}
