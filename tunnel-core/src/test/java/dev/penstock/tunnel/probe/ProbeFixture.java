package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.TunnelOptions;
import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.session.AskedLimits;
import dev.penstock.tunnel.session.TunnelAuthenticator;
import dev.penstock.tunnel.session.TunnelAuthenticator.Accepted;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A real acceptor, whose tokens are {@code hush-} and a tunnel id, and a loop to dial on. */
final class ProbeFixture implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  final TunnelAcceptor acceptor;

  /** Principals whose token is not good any more. */
  final Set<Object> withdrawn = ConcurrentHashMap.newKeySet();

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("test-probe", true), EventLoops.ioHandlerFactory());

  ProbeFixture() throws IOException {
    acceptor =
        TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .authenticator(new Tokens())
            .options(TunnelOptions.DEFAULTS)
            .threads(2)
            .start();
  }

  URI server() {
    return URI.create("ws://127.0.0.1:" + acceptor.address().getPort());
  }

  EventLoop loop() {
    return loops.next();
  }

  ProbeTarget target(String tunnelId) throws IOException {
    return target(server(), tunnelId, "hush-" + tunnelId, AskedLimits.NONE, PATIENCE);
  }

  ProbeTarget target(URI server, String tunnelId, String token, AskedLimits asked, Duration timeout)
      throws IOException {
    return new ProbeTarget(
        server,
        tunnelId,
        token,
        null,
        SslContextBuilder.forClient().build(),
        null,
        timeout,
        loop(),
        "nonce-1",
        asked);
  }

  ProbeLine open() throws Exception {
    return get(ProbeLine.open(target("acme")));
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    acceptor.close();
    loops.shutdownGracefully(50, 10_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  private final class Tokens implements TunnelAuthenticator {
    @Override
    public Verdict judge(String tunnelId, String token) {
      if (token.equals("hush-" + tunnelId)) {
        return new Accepted(tunnelId);
      }
      return token.startsWith("hush-") ? Verdict.OTHER_TUNNEL : Verdict.UNKNOWN_TOKEN;
    }

    @Override
    public boolean isInForce(Object principal) {
      return !withdrawn.contains(principal);
    }
  }
}
