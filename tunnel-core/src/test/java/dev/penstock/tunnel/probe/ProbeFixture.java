package dev.penstock.tunnel.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.TunnelOptions;
import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.connection.Proxy;
import dev.penstock.tunnel.session.AskedLimits;
import dev.penstock.tunnel.session.TunnelAuthenticator;
import dev.penstock.tunnel.session.TunnelAuthenticator.Accepted;
import dev.penstock.tunnel.websocket.dial.FakePeer;
import dev.penstock.tunnel.websocket.dial.TestCertificates;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
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

  private final SslContext trust;
  private final String scheme;

  ProbeFixture() throws IOException {
    acceptor = acceptor().start();
    scheme = "ws";
    trust = SslContextBuilder.forClient().build();
  }

  /** Under TLS; whoever dials trusts the authority of that certificate alone. */
  ProbeFixture(TestCertificates.Chain chain) throws IOException {
    acceptor = acceptor().tls(chain.certificates(), chain.key()).start();
    scheme = "wss";
    trust = SslContextBuilder.forClient().trustManager(chain.authority().toFile()).build();
  }

  private TunnelAcceptor.Builder acceptor() {
    return TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .authenticator(new Tokens())
        .options(TunnelOptions.DEFAULTS)
        .threads(2);
  }

  URI server() {
    return URI.create(scheme + "://127.0.0.1:" + acceptor.address().getPort());
  }

  EventLoop loop() {
    return loops.next();
  }

  ProbeTarget target(String tunnelId) {
    return target(server(), tunnelId, "hush-" + tunnelId, AskedLimits.NONE, PATIENCE);
  }

  /** Of {@code acme}, through a proxy. */
  ProbeTarget target(Proxy proxy) {
    return new ProbeTarget(
        server(),
        "acme",
        "hush-acme",
        proxy,
        trust,
        null,
        PATIENCE,
        loop(),
        "nonce-1",
        AskedLimits.NONE);
  }

  /** Of {@code acme}, at something that is no server of ours. */
  ProbeTarget target(FakePeer peer, Duration timeout) {
    URI at = URI.create("ws://127.0.0.1:" + peer.port());
    return target(at, "acme", "hush-acme", AskedLimits.NONE, timeout);
  }

  ProbeTarget target(
      URI server, String tunnelId, String token, AskedLimits asked, Duration timeout) {
    return new ProbeTarget(
        server, tunnelId, token, null, trust, null, timeout, loop(), "nonce-1", asked);
  }

  ProbeLine open() throws Exception {
    return get(ProbeLine.open(target("acme")));
  }

  /** Until so many probes are open at the acceptor. */
  void awaitOpen(int count) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (acceptor.probes().open() != count) {
      assertThat(System.nanoTime()).as("not %d in time", count).isLessThan(deadline);
      Thread.onSpinWait();
    }
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
