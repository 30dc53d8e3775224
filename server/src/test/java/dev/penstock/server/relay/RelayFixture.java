package dev.penstock.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.server.access.AccessLog;
import dev.penstock.server.access.AccessRecord;
import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.auth.TokenFile;
import dev.penstock.server.auth.Tokens;
import dev.penstock.server.digest.DigestPool;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import dev.penstock.server.route.RouteOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A relay between real gRPC ends on loopback, with a plain connection where the tunnel would be.
 */
final class RelayFixture {
  static final int WINDOW_BYTES = 1 << 20;
  static final int MAX_CALLS = 4;

  /** Short, so that what comes to nothing does so soon. */
  static final RelayOptions OPTIONS =
      new RelayOptions(
          new RouteOptions(Duration.ofMillis(300), 10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMillis(100));

  private static final Duration BOUND = Duration.ofSeconds(30);

  final ScriptedRegistry registry = new ScriptedRegistry();
  final BlockingQueue<AccessRecord> records = new LinkedBlockingQueue<>();
  final ReceivedMetadata asked = new ReceivedMetadata();
  final EchoService echo = new EchoService();
  final TunnelDirectory directory = new TunnelDirectory(MAX_CALLS);
  final Relays relays;
  final AttachedClient acme;
  final ManagedChannel scanner;
  private final DigestPool digests = new DigestPool(1);
  private final Tokens tokens;
  private final Wire wire;
  private final Server client;
  private final Server api;
  private final List<Wire> wires = new ArrayList<>();
  private final List<BlobReader> readers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  RelayFixture(Path temporary) throws IOException {
    this(temporary, OPTIONS);
  }

  RelayFixture(Path temporary, RelayOptions options) throws IOException {
    Path file = temporary.resolve("tokens");
    String secret = TokenFile.createCallerToken(file, "scanner", Set.of("acme", "absent"));
    tokens = Tokens.open(file);
    relays = new Relays(directory, digests, options);
    client =
        NettyServerBuilder.forAddress(loopback())
            .flowControlWindow(WINDOW_BYTES)
            .intercept(asked)
            .addService(registry)
            .addService(echo.definition())
            .build()
            .start();
    api =
        NettyServerBuilder.forAddress(loopback())
            .directExecutor()
            .flowControlWindow(WINDOW_BYTES)
            .intercept(new CallerAuthentication(tokens))
            .intercept(new AccessLog(records::add))
            .addService(relays.registry())
            .fallbackHandlerRegistry(relays.otherServices())
            .build()
            .start();
    wire = new Wire(client.getListenSockets().get(0));
    acme = directory.attach("acme", "one", channelTo(wire.entrance(), new Metadata()));
    scanner = channel("Bearer " + secret);
  }

  /** One more client under {@code acme}, with a connection of its own to the same scripts. */
  AttachedClient attachAnother(String name) throws IOException {
    Wire another = new Wire(client.getListenSockets().get(0));
    wires.add(another);
    return directory.attach("acme", name, channelTo(another.entrance(), new Metadata()));
  }

  /** Loses the first client for good, as a tunnel that ends does: routed no more, and cut. */
  void loseFirst() throws IOException {
    directory.detach(acme, "the connection was lost");
    wire.cut();
  }

  /** A channel to the API with this authorization. */
  ManagedChannel channel(String authorization) {
    Metadata headers = new Metadata();
    headers.put(CallerAuthentication.AUTHORIZATION, authorization);
    return channelTo(api.getListenSockets().get(0), headers);
  }

  ManagedChannel anonymous() {
    return channelTo(api.getListenSockets().get(0), new Metadata());
  }

  private ManagedChannel channelTo(SocketAddress address, Metadata headers) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address)
            .directExecutor()
            .disableRetry()
            .usePlaintext()
            .flowControlWindow(WINDOW_BYTES)
            .maxInboundMessageSize(RelayLimits.MAX_MESSAGE_BYTES)
            .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
            .build();
    channels.add(channel);
    return channel;
  }

  /** A caller of {@code FetchBlob}, cancelled at the end if need be. */
  BlobReader fetch(FetchBlobRequest request) {
    BlobReader reader = new BlobReader(scanner, request);
    readers.add(reader);
    return reader;
  }

  /** The end of a call has no event of its own; it follows that of its caller or client. */
  private void awaitNoCalls() {
    long start = System.nanoTime();
    while (acme.calls() > 0 && System.nanoTime() - start < BOUND.toNanos()) {
      Thread.onSpinWait();
    }
  }

  /** Ends the client's process, so to speak, and waits until its channel has noticed. */
  void killClient() throws InterruptedException {
    CountDownLatch noticed = noticed();
    client.shutdownNow();
    await(noticed);
  }

  /** Cuts the connection to the client, and waits until its channel has noticed. */
  void cutWire() throws InterruptedException, IOException {
    CountDownLatch noticed = noticed();
    wire.cut();
    await(noticed);
  }

  private CountDownLatch noticed() {
    CountDownLatch noticed = new CountDownLatch(1);
    acme.channel().notifyWhenStateChanged(ConnectivityState.READY, noticed::countDown);
    return noticed;
  }

  private static void await(CountDownLatch noticed) throws InterruptedException {
    if (!noticed.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the channel lives on");
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Ends everything, and expects that no call, byte or buffer was left behind. */
  void closeWithNothingLeft() throws InterruptedException, IOException {
    RelayGauges gauges = relays.gauges();
    close();
    assertThat(gauges.activeCalls().now()).as("active calls").isZero();
    assertThat(gauges.unsentBytes().now()).as("unsent bytes").isZero();
    assertThat(gauges.digestBacklogBytes().now()).as("digest backlog").isZero();
    assertThat(acme.calls()).as("calls of the client").isZero();
    assertThat(relays.router().waitingCalls()).as("waiting calls").isZero();
  }

  void close() throws InterruptedException, IOException {
    // gRPC keeps what a call has received until it is read or the call is cancelled.
    readers.forEach(BlobReader::cancel);
    awaitNoCalls();
    for (ManagedChannel channel : channels) {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
    api.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    client.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    wire.cut();
    for (Wire another : wires) {
      another.cut();
    }
    relays.close();
    digests.close();
    tokens.close();
  }
}
