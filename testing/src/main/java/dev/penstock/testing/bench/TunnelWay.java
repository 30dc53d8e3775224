package dev.penstock.testing.bench;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.TunnelChannelBuilder;
import dev.penstock.tunnel.TunnelDialer;
import dev.penstock.tunnel.TunnelServerBuilder;
import dev.penstock.tunnel.connection.ClientTls;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** (b) and (c): the same service through a tunnel, plain or under TLS. */
final class TunnelWay implements Way {
  private static final int ATTACH_SECONDS = 30;

  private final String name;
  private final long bytes;
  private final TunnelAcceptor acceptor;
  private final Server server;
  private final ManagedChannel channel;

  /**
   * Attaches a tunnel of its own.
   *
   * @param tls null for {@code ws}
   */
  TunnelWay(long bytes, int messageBytes, @Nullable TestIdentity tls)
      throws IOException, InterruptedException {
    this.name = tls == null ? "(b) tunnel over ws" : "(c) tunnel over wss";
    this.bytes = bytes;
    CompletableFuture<ManagedChannel> attached = new CompletableFuture<>();
    this.acceptor = accept(tls, attached);
    this.server =
        TunnelServerBuilder.forDialer(dialer(acceptor.address(), tls))
            .directExecutor()
            .addService(new SyntheticBlobs(messageBytes).definition())
            .build()
            .start();
    this.channel = await(attached);
  }

  private static TunnelAcceptor accept(
      @Nullable TestIdentity tls, CompletableFuture<ManagedChannel> attached) throws IOException {
    TunnelAcceptor.Builder builder =
        TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .authenticator((id, token) -> Verdict.ACCEPTED)
            .listener(
                tunnel ->
                    attached.complete(
                        TunnelChannelBuilder.forTunnel(tunnel).directExecutor().build()));
    return (tls == null ? builder : builder.tls(tls.certificate(), tls.key())).start();
  }

  private static TunnelDialer dialer(InetSocketAddress server, @Nullable TestIdentity tls)
      throws IOException {
    String scheme = tls == null ? "ws" : "wss";
    URI url = URI.create(scheme + "://localhost:" + server.getPort());
    TunnelDialer.Builder builder = TunnelDialer.builder(url, "bench").token(() -> "bench");
    return (tls == null ? builder : builder.tls(new ClientTls(tls.certificate(), null, null))).build();
  }

  private ManagedChannel await(CompletableFuture<ManagedChannel> attached)
      throws IOException, InterruptedException {
    try {
      return attached.get(ATTACH_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      server.shutdownNow();
      acceptor.close();
      throw new IOException(name + ": no tunnel within " + ATTACH_SECONDS + " s", e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ManagedChannel channel() {
    return channel;
  }

  @Override
  public FetchBlobRequest request() {
    return FetchBlobRequest.newBuilder().setLength(bytes).build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    acceptor.close();
  }
}
