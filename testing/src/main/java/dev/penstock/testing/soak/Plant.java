package dev.penstock.testing.soak;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.PenstockClient;
import dev.penstock.client.Secret;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.server.PenstockServer;
import dev.penstock.server.ServerConfig;
import dev.penstock.server.auth.TokenFile;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.proxy.FaultProxy;
import dev.penstock.testing.registry.EmbeddedRegistry;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * A registry behind a fault proxy, two clients each behind one, a server and a caller's channel.
 *
 * <p>One thread breaks it; any may call.
 */
final class Plant implements AutoCloseable {
  static final String TUNNEL = "soak";
  static final String REPOSITORY = "team/app";
  static final int CLIENTS = 2;
  private static final int CONNECTIONS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final EmbeddedRegistry registry = EmbeddedRegistry.start();
  private final FaultProxy registryLine;
  private final PenstockServer server;
  private final String tunnelToken;
  private final List<FaultProxy> lines = new ArrayList<>();
  private final PenstockClient[] clients = new PenstockClient[CLIENTS];
  private final ManagedChannel channel;
  private final String callerToken;

  Plant(Path directory, List<Blob> blobs) throws IOException, InterruptedException {
    blobs.forEach(blob -> registry.add(REPOSITORY, blob));
    registryLine =
        FaultProxy.start(
            anyPort(),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), registry.url().getPort()));
    Path tokens = directory.resolve("tokens");
    tunnelToken = TokenFile.createTunnelToken(tokens, TUNNEL);
    callerToken = TokenFile.createCallerToken(tokens, "soak", Set.of(TUNNEL));
    server =
        PenstockServer.start(
            ServerConfig.builder(tokens)
                .publicListen(anyPort())
                .apiListen(anyPort())
                .heartbeat(Duration.ofSeconds(2)) // so that black holes are noticed within a fault
                .shutdownGrace(GRACE)
                .build());
    for (int i = 0; i < CLIENTS; i++) {
      lines.add(FaultProxy.start(anyPort(), server.publicAddress()));
      clients[i] = startClient(i);
    }
    channel = NettyChannelBuilder.forAddress(server.apiAddress()).usePlaintext().build();
  }

  private PenstockClient startClient(int index) throws IOException, InterruptedException {
    int port = lines.get(index).address().getPort();
    PenstockClient client =
        PenstockClient.start(
            ClientConfig.builder()
                .server(URI.create("ws://127.0.0.1:" + port))
                .tunnel(TUNNEL)
                .instance("client-" + index)
                .connections(CONNECTIONS)
                .token(Secret.of(tunnelToken))
                .registry("http://127.0.0.1:" + registryLine.address().getPort())
                .registryStallTimeout(Duration.ofSeconds(3))
                .shutdownGrace(GRACE)
                .allow("**")
                .build());
    try {
      client.awaitAttached(PATIENCE);
    } catch (TimeoutException e) {
      client.close();
      throw new IOException(e);
    }
    return client;
  }

  /** Stops a client, as for an update, and starts its successor. */
  void restartClient(int index) throws IOException, InterruptedException {
    clients[index].close();
    clients[index] = startClient(index);
  }

  FaultProxy line(int client) {
    return lines.get(client);
  }

  FaultProxy registryLine() {
    return registryLine;
  }

  PenstockServer server() {
    return server;
  }

  RegistryBlockingStub caller() {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + callerToken);
    return RegistryGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** Whether only the tunnels are left of all connections, each with the one that it has now. */
  boolean isAtRest() {
    return registryLine.stats().open() == 0
        && lines.stream().allMatch(line -> line.stats().open() == CONNECTIONS)
        && server.tunnels().attached() == CLIENTS * CONNECTIONS;
  }

  /** What there is of all that {@link #isAtRest} looks at. */
  String connections() {
    return "%d tunnels attached, connections of the clients %s, of the registry %d"
        .formatted(
            server.tunnels().attached(),
            lines.stream().map(line -> line.stats().open()).toList(),
            registryLine.stats().open());
  }

  long cuts() {
    return lines.stream().mapToLong(line -> line.stats().cuts()).sum()
        + registryLine.stats().cuts();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    lines.forEach(FaultProxy::heal);
    registryLine.heal();
    for (PenstockClient client : clients) {
      client.close();
    }
    server.close();
    lines.forEach(FaultProxy::close);
    registryLine.close();
    registry.close();
  }
}
