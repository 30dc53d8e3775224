package dev.penstock.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** An acceptor, a dialer that serves, and a channel from the one to the other. */
final class TunnelFixture implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  static final String TOKEN = "secret-of-acme";

  final TunnelAcceptor acceptor;
  final Server server;
  final Tunnel tunnel;
  final ManagedChannel channel;

  TunnelFixture(ServerServiceDefinition service) throws Exception {
    this(service, TunnelOptions.DEFAULTS);
  }

  TunnelFixture(ServerServiceDefinition service, TunnelOptions options) throws Exception {
    this(service, options, builder -> builder, builder -> builder);
  }

  TunnelFixture(
      ServerServiceDefinition service,
      TunnelOptions options,
      UnaryOperator<TunnelServerBuilder> serving,
      UnaryOperator<TunnelChannelBuilder> calling)
      throws Exception {
    CompletableFuture<Tunnel> attached = new CompletableFuture<>();
    CompletableFuture<ManagedChannel> built = new CompletableFuture<>();
    acceptor =
        TunnelAcceptor.builder(loopback())
            .authenticator(
                (id, token) -> token.equals(TOKEN) ? Verdict.ACCEPTED : Verdict.UNKNOWN_TOKEN)
            .options(options)
            .listener(
                accepted -> {
                  built.complete(calling.apply(TunnelChannelBuilder.forTunnel(accepted)).build());
                  attached.complete(accepted);
                })
            .start();
    server =
        serving
            .apply(
                TunnelServerBuilder.forDialer(dialer(acceptor.address()).options(options).build()))
            .addService(service)
            .build()
            .start();
    tunnel = attached.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    channel = built.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  static URI wsUri(InetSocketAddress address) {
    return URI.create("ws://127.0.0.1:" + address.getPort());
  }

  static TunnelDialer.Builder dialer(InetSocketAddress server) {
    return TunnelDialer.builder(wsUri(server), "acme").token(() -> TOKEN).instance("test");
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
    acceptor.close();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      assertThat(channel.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(server.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while channel and server were ending", e);
    }
  }
}
