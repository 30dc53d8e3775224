package dev.penstock.testing.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port for a program that cannot say which one it was given. */
public final class FreePort {
  private FreePort() {}

  /** One of loopback that was free just now. */
  public static int pick() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
