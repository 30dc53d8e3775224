package dev.penstock.testing.hops;

import dev.penstock.tunnel.connection.EventLoops;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hops in a row, each on a port of its own: the path from a client to a server.
 *
 * <p>Closing ends every connection through it, and the hops themselves. Any thread.
 */
public final class HopChain implements AutoCloseable {
  private static final int THREADS = 2;
  private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          THREADS, new DefaultThreadFactory("hops", true), EventLoops.ioHandlerFactory());
  private final List<Hop> hops;
  private final Deque<HopProxy> proxies = new ArrayDeque<>();

  private HopChain(List<Hop> hops) {
    this.hops = List.copyOf(hops);
  }

  /**
   * Starts them, each on a free loopback port.
   *
   * @param target what the last one passes on to
   * @param hops from the client's end; at least one. They are the chain's from now on
   */
  public static HopChain start(InetSocketAddress target, Hop... hops) throws IOException {
    return start(Addresses.anyLoopback(), target, List.of(hops));
  }

  /**
   * Starts them.
   *
   * @param listen of the first; port 0 picks a free one. The others have free ones of loopback
   * @param target what the last one passes on to
   * @param hops from the client's end; at least one. They are the chain's from now on
   * @throws IOException when an address cannot be bound; nothing is left running then
   */
  public static HopChain start(InetSocketAddress listen, InetSocketAddress target, List<Hop> hops)
      throws IOException {
    if (hops.isEmpty()) {
      throw new IllegalArgumentException("a chain needs a hop");
    }
    HopChain chain = new HopChain(hops);
    try {
      chain.open(listen, target);
      return chain;
    } catch (IOException e) {
      chain.close();
      throw e;
    }
  }

  private void open(InetSocketAddress listen, InetSocketAddress target) throws IOException {
    InetSocketAddress next = target;
    for (int i = hops.size() - 1; i >= 0; i--) {
      InetSocketAddress own = i == 0 ? listen : Addresses.anyLoopback();
      HopProxy proxy = HopProxy.start(hops.get(i), own, next, loops);
      proxies.addFirst(proxy);
      next = proxy.address();
    }
  }

  /** Where the first one listens. */
  public InetSocketAddress address() {
    return proxies.getFirst().address();
  }

  /** For each, from the client's end: {@code hop 1 nginx 127.0.0.1:4000 → 127.0.0.1:4001}. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    for (HopProxy proxy : proxies) {
      lines.add("hop " + (lines.size() + 1) + " " + proxy.describe());
    }
    return lines;
  }

  @Override
  public void close() {
    proxies.forEach(HopProxy::close);
    loops
        .shutdownGracefully(0, CLOSE_BOUND.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_BOUND.toMillis());
    hops.forEach(Hop::close);
  }
}
