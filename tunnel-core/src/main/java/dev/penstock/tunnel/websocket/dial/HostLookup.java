package dev.penstock.tunnel.websocket.dial;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.grpc.netty.shaded.io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Asks the system for the address of a host, on a thread that ends with the answer.
 *
 * <p>The system's resolver blocks, for half a minute when DNS is down; on the event loop it would
 * stall every tunnel there, and the very timer that bounds the dial.
 */
final class HostLookup {
  private HostLookup() {}

  /** The future completes on {@code loop}, with an {@link UnknownHostException} if need be. */
  static Future<InetSocketAddress> resolve(InetSocketAddress address, EventLoop loop) {
    Promise<InetSocketAddress> resolved = loop.newPromise();
    Thread thread = new Thread(() -> resolve(address, resolved), "penstock-lookup");
    thread.setDaemon(true);
    thread.start();
    return resolved;
  }

  private static void resolve(InetSocketAddress address, Promise<InetSocketAddress> resolved) {
    try {
      InetAddress host = InetAddress.getByName(address.getHostString());
      resolved.trySuccess(new InetSocketAddress(host, address.getPort()));
    } catch (UnknownHostException | RuntimeException e) {
      resolved.tryFailure(e);
    }
  }
}
