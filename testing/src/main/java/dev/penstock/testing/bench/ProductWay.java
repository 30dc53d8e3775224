package dev.penstock.testing.bench;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.PenstockClient;
import dev.penstock.client.Secret;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.server.PenstockServer;
import dev.penstock.server.ServerConfig;
import dev.penstock.server.auth.TokenFile;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.proxy.FaultProxy;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.tunnel.TunnelOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** (d): a registry, the client, the server and a caller, each as it is, over loopback TCP. */
final class ProductWay implements Way {
  private static final String TUNNEL = "bench";
  private static final String REPOSITORY = "team/app";

  private final EmbeddedRegistry registry;
  private final PenstockServer server;
  private final @Nullable FaultProxy line;
  private final PenstockClient client;
  private final ManagedChannel transport;
  private final Channel channel;
  private final Blob blob;

  ProductWay(long bytes, Path directory) throws IOException, InterruptedException {
    this(bytes, directory, false);
  }

  /**
   * @param cuttable whether the client dials through a proxy that can cut its line
   */
  ProductWay(long bytes, Path directory, boolean cuttable)
      throws IOException, InterruptedException {
    Path tokens = directory.resolve("tokens");
    String tunnelToken = TokenFile.createTunnelToken(tokens, TUNNEL);
    String callerToken = TokenFile.createCallerToken(tokens, "bench", Set.of(TUNNEL));
    this.blob = Blob.layer(1, bytes);
    this.registry = EmbeddedRegistry.start();
    registry.add(REPOSITORY, blob);
    this.server =
        PenstockServer.start(
            ServerConfig.builder(tokens).publicListen(freePort()).apiListen(freePort()).build());
    this.line = cuttable ? FaultProxy.start(freePort(), server.publicAddress()) : null;
    this.client = PenstockClient.start(clientConfig(tunnelToken));
    this.transport =
        NettyChannelBuilder.forAddress(server.apiAddress())
            .usePlaintext()
            .directExecutor()
            .flowControlWindow(TunnelOptions.DEFAULTS.streamWindowBytes())
            .build();
    this.channel = ClientInterceptors.intercept(transport, authorized(callerToken));
    awaitAttached();
  }

  private ClientConfig clientConfig(String token) {
    InetSocketAddress dialled = line == null ? server.publicAddress() : line.address();
    return ClientConfig.builder()
        .server(URI.create("ws://127.0.0.1:" + dialled.getPort()))
        .tunnel(TUNNEL)
        .token(Secret.of(token))
        .registry(registry.url().toString())
        .allow("**")
        .build();
  }

  private void awaitAttached() throws IOException, InterruptedException {
    try {
      client.awaitAttached(Duration.ofSeconds(30));
    } catch (TimeoutException e) {
      close();
      throw new IOException(e);
    }
  }

  private static InetSocketAddress freePort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static ClientInterceptor authorized(String token) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  @Override
  public String name() {
    return "(d) registry to caller";
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public FetchBlobRequest request() {
    return FetchBlobRequest.newBuilder()
        .setTunnel(TUNNEL)
        .setRepository(REPOSITORY)
        .setDigest(blob.digest())
        .build();
  }

  /** Resets the connections between client and server. */
  void cut() {
    Objects.requireNonNull(line, "not cuttable").cut();
  }

  /** How often a tunnel has gone on over another connection. */
  long resumes() {
    return server.tunnels().resumes();
  }

  @Override
  public void close() {
    transport.shutdownNow();
    client.close();
    server.close();
    if (line != null) {
      line.close();
    }
    registry.close();
  }
}
