package dev.penstock.tunnel.channel;

import java.net.SocketAddress;

/** The address of a tunnel's end: a name for people, since there is nothing to connect to. */
public final class TunnelAddress extends SocketAddress {
  private static final long serialVersionUID = 1;

  private final String name;

  public TunnelAddress(String name) {
    this.name = name;
  }

  @Override
  public String toString() {
    return "tunnel '" + name + "'";
  }
}
