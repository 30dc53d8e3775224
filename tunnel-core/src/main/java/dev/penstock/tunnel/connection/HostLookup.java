package dev.penstock.tunnel.connection;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.grpc.netty.shaded.io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Asks the system for the addresses of a host, on a thread that ends with the answer.
 *
 * <p>The system's resolver blocks, for half a minute when DNS is down; on the event loop it would
 * stall everything there, and the very timer that bounds the connecting.
 */
final class HostLookup {
  private HostLookup() {}

  /** The future completes on {@code loop}, with an {@link UnknownHostException} if need be. */
  static Future<List<InetSocketAddress>> resolve(InetSocketAddress address, EventLoop loop) {
    Promise<List<InetSocketAddress>> resolved = loop.newPromise();
    Thread thread = new Thread(() -> resolve(address, resolved), "penstock-lookup");
    thread.setDaemon(true);
    thread.start();
    return resolved;
  }

  private static void resolve(
      InetSocketAddress address, Promise<List<InetSocketAddress>> resolved) {
    try {
      resolved.trySuccess(
          Stream.of(InetAddress.getAllByName(address.getHostString()))
              .map(host -> new InetSocketAddress(host, address.getPort()))
              .toList());
    } catch (UnknownHostException | RuntimeException e) {
      resolved.tryFailure(e);
    }
  }
}
