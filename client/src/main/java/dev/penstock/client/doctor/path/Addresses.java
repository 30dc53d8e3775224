package dev.penstock.client.doctor.path;

import io.grpc.netty.shaded.io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;

/** Addresses as people write them. */
final class Addresses {
  private Addresses() {}

  /** By RFC 5952; with the interface, where the address means nothing without. */
  static String inWords(InetAddress address) {
    return address instanceof Inet6Address six && six.getScopedInterface() != null
        ? address.getHostAddress()
        : NetUtil.toAddressString(address);
  }

  /** {@code host:port}, as a URL has it. */
  static String inWords(String host, int port) {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
