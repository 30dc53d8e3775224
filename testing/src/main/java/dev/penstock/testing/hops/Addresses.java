package dev.penstock.testing.hops;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** How addresses are written. */
final class Addresses {
  private Addresses() {}

  /** {@code HOST:PORT}, with brackets around an IPv6 address. */
  static String text(InetSocketAddress address) {
    String host = address.getHostString();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** A free port of loopback, to be chosen when it is bound. */
  static InetSocketAddress anyLoopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress().getHostAddress(), 0);
  }
}
