package dev.penstock.testing.e2e;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.PenstockClient;
import dev.penstock.probe.v1.ProbeGrpc;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.registry.v1.StatBlobResponse;
import dev.penstock.server.PenstockServer;
import dev.penstock.server.ServerConfig;
import dev.penstock.server.TlsFiles;
import dev.penstock.server.auth.TokenFile;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.proxy.FaultProxy;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * A server, a client attached to it, and a caller's channel, in this process and over loopback
 * sockets. Closing ends all three.
 */
final class Deployment implements AutoCloseable {
  static {
    // As the executables do: gRPC and Tyrus log through java.util.logging.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  /** Each call's window at the caller; given, so that gRPC does not change it on the way. */
  static final int CALLER_WINDOW_BYTES = 1 << 20;

  private final Builder settings;
  private final Path home;
  private final Path tunnelToken;
  private final PenstockServer server;
  private final List<FaultProxy> lines = new ArrayList<>();
  private final List<PenstockClient> clients = new CopyOnWriteArrayList<>();
  private final ManagedChannel channel;
  private final String callerToken;
  private final String otherTunnelToken;

  private Deployment(Builder settings) throws IOException {
    this.settings = settings;
    home = Files.createTempDirectory(settings.directory, "penstock");
    Path tokens = home.resolve("tokens");
    tunnelToken = home.resolve("client.token");
    Files.writeString(tunnelToken, TokenFile.createTunnelToken(tokens, Names.TUNNEL));
    otherTunnelToken = TokenFile.createTunnelToken(tokens, Names.OTHER_TUNNEL);
    callerToken =
        TokenFile.createCallerToken(tokens, "scanner", Set.of(Names.TUNNEL, Names.OTHER_TUNNEL));
    server = PenstockServer.start(settings.serverConfig(tokens));
    for (int i = 0; i < settings.clientCount; i++) {
      startClient();
    }
    channel = settings.channel(server);
  }

  /** Settings of a deployment whose files are below {@code directory}. */
  static Builder builder(Path directory) {
    return new Builder(directory);
  }

  /** Calls as a caller that may use both tunnels. */
  RegistryGrpc.RegistryBlockingStub caller() {
    return callerWithToken(callerToken);
  }

  /** Calls with this token, right or wrong. */
  RegistryGrpc.RegistryBlockingStub callerWithToken(String token) {
    return RegistryGrpc.newBlockingStub(channel)
        .withInterceptors(authorization(token))
        .withDeadlineAfter(Bounds.EVENT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Begins to fetch a blob. */
  void fetch(FetchBlobRequest request, BlobReceiver receiver) {
    RegistryGrpc.newStub(channel)
        .withInterceptors(authorization(callerToken))
        .fetchBlob(request, receiver);
  }

  /** Asks for a blob of a tunnel under which nobody attaches; the listener hears of the end. */
  void statAbsent(Consumer<Status> ended) {
    StatBlobRequest request =
        StatBlobRequest.newBuilder().setTunnel(Names.OTHER_TUNNEL).setRepository("x").build();
    RegistryGrpc.newStub(channel)
        .withInterceptors(authorization(callerToken))
        .statBlob(
            request,
            new StreamObserver<>() {
              @Override
              public void onNext(StatBlobResponse response) {}

              @Override
              public void onError(Throwable failure) {
                ended.accept(Status.fromThrowable(failure));
              }

              @Override
              public void onCompleted() {
                ended.accept(Status.OK);
              }
            });
  }

  /** Probes as a caller that may use both tunnels. */
  ProbeGrpc.ProbeBlockingStub prober() {
    return ProbeGrpc.newBlockingStub(channel)
        .withInterceptors(authorization(callerToken))
        .withDeadlineAfter(Bounds.EVENT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ClientInterceptor authorization(String token) {
    Metadata metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return MetadataUtils.newAttachHeadersInterceptor(metadata);
  }

  /** Where clients, and strangers, knock. */
  InetSocketAddress publicAddress() {
    return server.publicAddress();
  }

  /** Holds the secret with which anybody may attach under {@link Names#TUNNEL}. */
  Path tunnelTokenFile() {
    return tunnelToken;
  }

  /** The command line of a caller that may use both tunnels: where to call, and with what. */
  List<String> callerOptions() throws IOException {
    Path file = Files.writeString(home.resolve("caller.token"), callerToken);
    int port = server.apiAddress().getPort();
    return List.of("--api", "127.0.0.1:" + port, "--token-file", file.toString());
  }

  /** The secret with which anybody may attach under {@link Names#OTHER_TUNNEL}. */
  String otherTunnelToken() {
    return otherTunnelToken;
  }

  PenstockServer server() {
    return server;
  }

  PenstockClient client() {
    return clients.get(0);
  }

  List<PenstockClient> clients() {
    return clients;
  }

  /** One more client, over a line of its own where there are lines. */
  PenstockClient startClient() throws IOException {
    InetSocketAddress dialled = server.publicAddress();
    if (settings.hasLines) {
      FaultProxy line = FaultProxy.start(Builder.anyLoopbackPort(), server.publicAddress());
      lines.add(line);
      dialled = line.address();
    }
    PenstockClient started =
        PenstockClient.start(settings.clientConfig(dialled, home, tunnelToken));
    clients.add(started);
    return started;
  }

  /** One more client, which may go its own way to the server; whoever starts it closes it. */
  PenstockClient startClient(UnaryOperator<ClientConfig.Builder> tuning) throws IOException {
    ClientConfig.Builder config = settings.client(server.publicAddress(), home, tunnelToken);
    return PenstockClient.start(tuning.apply(config).build());
  }

  /** Ends a client as SIGTERM does. */
  void stopClient(PenstockClient stopped) {
    stopped.close();
    clients.remove(stopped);
  }

  /** The line of the client that was started as this one, counted from 0. */
  FaultProxy line(int client) {
    return lines.get(client);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    // A line that is stalled would keep both ends waiting for the other's farewell.
    lines.forEach(FaultProxy::heal);
    clients.forEach(PenstockClient::close);
    server.close();
    lines.forEach(FaultProxy::close);
  }

  /** Settings of a deployment. */
  static final class Builder {
    private final Path directory;
    private @Nullable URI registry;
    private @Nullable String username;
    private String password = "";
    private @Nullable TestIdentity certificate;
    private @Nullable TestIdentity publicCertificate;
    private @Nullable Path policy;
    private int clientCount = 1;
    private boolean hasLines;
    private UnaryOperator<ServerConfig.Builder> serverTuning = config -> config;
    private UnaryOperator<ClientConfig.Builder> clientTuning = config -> config;

    private Builder(Path directory) {
      this.directory = directory;
    }

    /** The registry that the client reads. */
    Builder registry(URI url) {
      registry = url;
      return this;
    }

    /** What the client shows to the registry when asked. */
    Builder registryCredentials(String user, String secret) {
      username = user;
      password = secret;
      return this;
    }

    /** TLS on both listeners; client and caller trust this certificate alone. */
    Builder tls(TestIdentity used) {
      certificate = used;
      return this;
    }

    /** TLS on the listener for clients alone; what these trust is theirs to be told. */
    Builder publicTls(TestIdentity used) {
      publicCertificate = used;
      return this;
    }

    /** The clients' policy, in the place of the usual allow list. */
    Builder policy(Path file) {
      policy = file;
      return this;
    }

    /** How many clients attach. */
    Builder clients(int count) {
      clientCount = count;
      return this;
    }

    /** Each client dials through a {@link FaultProxy} of its own. */
    Builder withLines() {
      hasLines = true;
      return this;
    }

    Builder tuneServer(UnaryOperator<ServerConfig.Builder> tuning) {
      serverTuning = tuning;
      return this;
    }

    Builder tuneClient(UnaryOperator<ClientConfig.Builder> tuning) {
      clientTuning = tuning;
      return this;
    }

    /** Starts everything; the client is attached when this returns. */
    Deployment start() throws IOException, InterruptedException, TimeoutException {
      Deployment started = new Deployment(this);
      try {
        for (PenstockClient client : started.clients) {
          client.awaitAttached(Bounds.EVENT);
        }
        return started;
      } catch (InterruptedException | TimeoutException e) {
        started.close();
        throw e;
      }
    }

    private ServerConfig serverConfig(Path tokens) {
      TlsFiles tls = files(certificate);
      return serverTuning
          .apply(
              ServerConfig.builder(tokens)
                  .publicListen(anyLoopbackPort())
                  .apiListen(anyLoopbackPort())
                  .publicTls(publicCertificate == null ? tls : files(publicCertificate))
                  .apiTls(tls))
          .build();
    }

    private static @Nullable TlsFiles files(@Nullable TestIdentity shown) {
      return shown == null ? null : new TlsFiles(shown.certificate(), shown.key());
    }

    private ClientConfig clientConfig(InetSocketAddress dialled, Path home, Path tunnelToken)
        throws IOException {
      return client(dialled, home, tunnelToken).build();
    }

    private ClientConfig.Builder client(InetSocketAddress dialled, Path home, Path tunnelToken)
        throws IOException {
      String scheme = certificate == null && publicCertificate == null ? "ws" : "wss";
      boolean isIpv6 = dialled.getAddress() instanceof Inet6Address;
      String authority = (isIpv6 ? "[::1]:" : "127.0.0.1:") + dialled.getPort();
      ClientConfig.Builder config =
          ClientConfig.builder()
              .server(URI.create(scheme + "://" + authority))
              .tunnel(Names.TUNNEL)
              .tokenFile(tunnelToken)
              .registry(String.valueOf(registry));
      if (policy == null) {
        config.allow(Names.ALLOWED);
      } else {
        config.policyFile(policy);
      }
      if (username != null) {
        Path file = Files.writeString(home.resolve("registry.password"), password);
        config.registryUsername(username).registryPasswordFile(file);
      }
      if (certificate != null) {
        config.network().ca(certificate.certificate());
      }
      return clientTuning.apply(config);
    }

    private ManagedChannel channel(PenstockServer server) throws IOException {
      return NettyChannelBuilder.forAddress(server.apiAddress(), channelCredentials())
          .flowControlWindow(CALLER_WINDOW_BYTES)
          .build();
    }

    private ChannelCredentials channelCredentials() throws IOException {
      return certificate == null
          ? InsecureChannelCredentials.create()
          : TlsChannelCredentials.newBuilder()
              .trustManager(certificate.certificate().toFile())
              .build();
    }

    private static InetSocketAddress anyLoopbackPort() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
  }
}
