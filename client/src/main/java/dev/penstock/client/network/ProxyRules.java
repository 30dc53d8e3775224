package dev.penstock.client.network;

import dev.penstock.tunnel.connection.Proxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Through which proxy hosts are reached: the one that was configured, or else those of the
 * variables that other programs obey.
 *
 * @param plain for {@code http} and {@code ws}; null: none
 * @param secure for {@code https} and {@code wss}; null: none
 */
public record ProxyRules(
    @Nullable ProxySettings plain, @Nullable ProxySettings secure, NoProxy except) {
  /** Everything directly. */
  public static final ProxyRules DIRECT = new ProxyRules(null, null, new NoProxy(List.of()));

  private static final String LOOPBACK = "localhost,127.0.0.0/8,::1/128,";

  /** Everything through one proxy, but for the exceptions. */
  public static ProxyRules through(ProxySettings proxy, NoProxy except) {
    return new ProxyRules(proxy, proxy, except);
  }

  /**
   * What {@code HTTPS_PROXY}, {@code http_proxy}, {@code ALL_PROXY} and {@code NO_PROXY} say; names
   * in lower case win. {@code HTTP_PROXY} is not read, as by curl: a CGI's caller can set it. What
   * is on this machine is reached directly.
   */
  public static ProxyRules ofEnvironment(Map<String, String> environment) {
    ProxySettings all = variable(environment, "all_proxy");
    String http = environment.get("http_proxy");
    ProxySettings plain =
        http == null || http.isBlank() ? null : ProxySettings.ofVariable("http_proxy", http);
    ProxySettings secure = variable(environment, "https_proxy");
    String except = value(environment, "no_proxy");
    return new ProxyRules(
        plain == null ? all : plain,
        secure == null ? all : secure,
        NoProxy.parse(LOOPBACK + (except == null ? "" : except)));
  }

  private static @Nullable ProxySettings variable(Map<String, String> environment, String name) {
    String value = value(environment, name);
    return value == null ? null : ProxySettings.ofVariable(name, value);
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String lower = environment.get(name);
    String value = lower == null ? environment.get(name.toUpperCase(Locale.ROOT)) : lower;
    return value == null || value.isBlank() ? null : value.strip();
  }

  /**
   * The proxy to this host; null: none. Blocks where its password is in a file.
   *
   * @throws UncheckedIOException when its password cannot be read
   */
  public @Nullable Proxy proxyFor(boolean isSecure, String host, int port) {
    ProxySettings proxy = settingsFor(isSecure, host, port);
    try {
      return proxy == null ? null : proxy.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The same, without a look for the password: nothing blocks. */
  public @Nullable ProxySettings settingsFor(boolean isSecure, String host, int port) {
    return except.covers(host, port) ? null : isSecure ? secure : plain;
  }
}
