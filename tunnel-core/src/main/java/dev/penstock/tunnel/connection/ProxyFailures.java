package dev.penstock.tunnel.connection;

/** What a proxy says where it is asked to forward a request, and not to connect. */
public final class ProxyFailures {
  static final String WANTS_CREDENTIALS = "it wants a user and a password, or others than these";
  static final String UNAUTHORIZED = "407; " + WANTS_CREDENTIALS;

  private ProxyFailures() {}

  /** The proxy answered 407 (RFC 9110 §15.5.8) to a request for this origin. */
  public static ConnectException unauthorized(Proxy proxy, String origin) {
    return new ConnectException(
        ConnectStep.PROXY,
        "proxy %s does not forward to %s: %s".formatted(proxy, origin, WANTS_CREDENTIALS),
        UNAUTHORIZED,
        null);
  }
}
