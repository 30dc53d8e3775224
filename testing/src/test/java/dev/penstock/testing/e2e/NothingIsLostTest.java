package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.PenstockClient;
import dev.penstock.server.relay.RelayOptions;
import dev.penstock.server.route.RouteOptions;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.proxy.Direction;
import dev.penstock.testing.proxy.FaultProxy;
import dev.penstock.testing.proxy.junit.FaultProxyExtension;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.tunnel.TunnelStats;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever breaks on the way, as long as something is left to serve, the caller does not notice.
 */
class NothingIsLostTest {
  private static final long GIB = 1L << 30;
  private static final int MIB = 1 << 20;

  @RegisterExtension final FaultProxyExtension proxies = new FaultProxyExtension();
  @TempDir Path directory;

  private final EmbeddedRegistry registry = EmbeddedRegistry.start();

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void blobOf1GiB_survives100CutsAtRandomPoints() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Blob blob = published(1, GIB);
    try (Deployment penstock = deployment().tuneClient(config -> config.connections(1)).start()) {
      FaultProxy line = penstock.line(0);
      AtomicInteger cuts = new AtomicInteger();
      line.onCut(
          () -> {
            if (cuts.incrementAndGet() < 100) {
              line.cutAfter(1 + random.nextInt(20 * MIB));
            }
          });
      line.cutAfter(1 + random.nextInt(20 * MIB));
      BlobReceiver receiver = fetch(penstock, blob);
      Callers.expectWhole(receiver, blob);
      assertThat(cuts.get()).as("cuts, seed %s", seed).isGreaterThan(90);
      assertThat(penstock.server().tunnels().replayBytes()).isLessThanOrEqualTo(8 * MIB);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01, 0.5, 0.99, 1})
  void blob_survivesACutWhenSoMuchOfItWasRead(double part) throws Exception {
    long size = 50_000_000;
    Blob blob = published(2, size);
    try (Deployment penstock = deployment().start()) {
      // Read so far, and cut with more on the way.
      BlobReceiver receiver = BlobReceiver.stallingAt(Math.max(1, (long) (part * size)));
      penstock.fetch(Names.blob(blob.digest()), receiver);
      receiver.awaitStall(Bounds.EVENT);
      penstock.line(0).cut();
      receiver.resume();
      Callers.expectWhole(receiver, blob);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5, 15, 25, 40, 200})
  void blob_survivesACutSoManyBytesBeforeItsTrailersAreThrough(long before) throws Exception {
    Blob first = published(3, 1_000_000);
    Blob second = published(4, 1_000_000);
    try (Deployment penstock = deployment().tuneClient(config -> config.connections(1)).start()) {
      long start = penstock.line(0).stats().bytesUp();
      Callers.expectWhole(fetch(penstock, first), first);
      long bytes = penstock.line(0).stats().bytesUp() - start;
      penstock.line(0).cutAfter(Math.max(0, bytes - before));
      Callers.expectWhole(fetch(penstock, second), second);
    }
  }

  @Test
  void sixteenTransfersAndAUnaryCallEvery10ms_surviveCutsWithZeroFailures() throws Exception {
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      blobs.add(published(10 + i, 48L * MIB));
    }
    Blob small = published(9, 10);
    try (Deployment penstock = deployment().start()) {
      penstock.line(0).cutEvery(Duration.ofMillis(400));
      List<BlobReceiver> receivers = new ArrayList<>();
      blobs.forEach(blob -> receivers.add(fetch(penstock, blob)));
      SmallCalls calls = SmallCalls.start(penstock.caller(), Names.stat(small.digest()));
      for (int i = 0; i < receivers.size(); i++) {
        Callers.expectWhole(receivers.get(i), blobs.get(i));
      }
      calls.stop();
      assertThat(calls.failures()).isEmpty();
      assertThat(calls.count()).isGreaterThan(50);
      assertThat(calls.longest()).isLessThan(Duration.ofSeconds(3));
      assertThat(penstock.line(0).stats().cuts()).isGreaterThan(5);
    }
  }

  @Test
  void lineThatIsCutEvery2s_completes1GiB() throws Exception {
    Blob blob = published(5, GIB);
    try (Deployment penstock = deployment().start()) {
      penstock.line(0).cutEvery(Duration.ofSeconds(2));
      penstock.line(0).limit(Direction.UP, 160 * MIB);
      Callers.expectWhole(fetch(penstock, blob), blob);
      assertThat(penstock.line(0).stats().cuts()).isGreaterThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"both", "up", "down"})
  void blackHoledLine_isNoticedWithin30sAndReplaced(String way) throws Exception {
    Blob blob = published(6, 200L * MIB);
    try (Deployment penstock =
        deployment()
            .tuneServer(config -> config.heartbeat(Duration.ofSeconds(2)))
            .tuneClient(config -> config.connections(1))
            .start()) {
      BlobReceiver receiver = BlobReceiver.stallingAt(10 * MIB);
      penstock.fetch(Names.blob(blob.digest()), receiver);
      receiver.awaitStall(Bounds.EVENT);
      FaultProxy line = penstock.line(0);
      switch (way) {
        case "up" -> line.stall(Direction.UP);
        case "down" -> line.stall(Direction.DOWN);
        default -> line.blackHole();
      }
      long connections = line.stats().connections();
      // The line heals when a new connection shows that the old one was given up.
      assertThat(
              Eventually.holds(
                  () -> {
                    if (line.stats().connections() > connections) {
                      line.heal();
                      return true;
                    }
                    return false;
                  }))
          .as("a new connection was dialled")
          .isTrue();
      receiver.resume();
      Callers.expectWhole(receiver, blob);
      assertThat(resumes(penstock)).isPositive();
    }
  }

  @Test
  void lineThrottledTo200KBWithEightTransfers_isNeverTakenForDead() throws Exception {
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      blobs.add(published(40 + i, 400_000));
    }
    try (Deployment penstock =
        deployment()
            // A line is given up after 1.25 s here, and the transfers take 16.
            .tuneServer(config -> config.heartbeat(Duration.ofSeconds(1)))
            .tuneClient(config -> config.connections(1))
            .start()) {
      penstock.line(0).limit(Direction.UP, 200_000);
      List<BlobReceiver> receivers = new ArrayList<>();
      blobs.forEach(blob -> receivers.add(fetch(penstock, blob)));
      for (int i = 0; i < receivers.size(); i++) {
        Callers.expectWhole(receivers.get(i), blobs.get(i));
      }
      assertThat(penstock.line(0).stats().connections()).as("one line, all the time").isEqualTo(1);
      assertThat(resumes(penstock)).isZero();
    }
  }

  @Test
  void registryConnectionThatBreaks_isResumedByRange() throws Exception {
    Blob blob = published(7, 300L * MIB);
    FaultProxy toRegistry =
        proxies.to(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), registry.url().getPort()));
    URI broken = URI.create("http://127.0.0.1:" + toRegistry.address().getPort());
    try (Deployment penstock = Deployment.builder(directory).registry(broken).start()) {
      toRegistry.onCut(() -> toRegistry.cutAfter(40L * MIB));
      toRegistry.cutAfter(40L * MIB);
      BlobReceiver receiver = fetch(penstock, blob);
      Callers.expectWhole(receiver, blob);
      assertThat(toRegistry.stats().cuts()).isGreaterThanOrEqualTo(7);
    }
  }

  @Test
  void rollingRestartOfTwoClients_failsNoneOf50Transfers() throws Exception {
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      blobs.add(published(60 + i, 12L * MIB));
    }
    try (Deployment penstock =
        deployment()
            .clients(2)
            .tuneClient(config -> config.shutdownGrace(Duration.ofMillis(200)))
            .start()) {
      for (int client = 0; client < 2; client++) {
        penstock.line(client).limit(Direction.UP, 60 * MIB); // so that they are under way
      }
      List<BlobReceiver> receivers = new ArrayList<>();
      blobs.forEach(blob -> receivers.add(fetch(penstock, blob)));
      for (PenstockClient old : List.copyOf(penstock.clients())) {
        penstock.stopClient(old);
        penstock.startClient().awaitAttached(Bounds.EVENT);
      }
      for (int i = 0; i < receivers.size(); i++) {
        Callers.expectWhole(receivers.get(i), blobs.get(i));
      }
      assertThat(penstock.server().gauges().continuedCalls().now()).isPositive();
    }
  }

  @Test
  void serverThatDrains_letsItsTransfersFinish() throws Exception {
    Blob blob = published(8, 100L * MIB);
    try (Deployment penstock = deployment().start()) {
      BlobReceiver receiver = BlobReceiver.stallingAt(10 * MIB);
      penstock.fetch(Names.blob(blob.digest()), receiver);
      receiver.awaitStall(Bounds.EVENT);
      CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> penstock.server().close());
      receiver.resume();
      Callers.expectWhole(receiver, blob);
      closed.get(Bounds.EVENT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void thirtyThousandCallsToAnAbsentTunnel_areEachAnswered() throws Exception {
    int calls = 30_000;
    int most = 500;
    Blob small = published(9, 10);
    RelayOptions options =
        new RelayOptions(
            new RouteOptions(Duration.ofSeconds(1), most),
            RelayOptions.DEFAULTS.stallTimeout(),
            RelayOptions.DEFAULTS.callerStallTimeout(),
            RelayOptions.DEFAULTS.moveAfter());
    try (Deployment penstock =
        Deployment.builder(directory)
            .registry(registry.url())
            .tuneServer(config -> config.relay(options))
            .start()) {
      CountDownLatch answered = new CountDownLatch(calls);
      AtomicInteger unavailable = new AtomicInteger();
      for (int i = 0; i < calls; i++) {
        penstock.statAbsent(
            status -> {
              if (status.getCode() == Status.Code.UNAVAILABLE) {
                unavailable.incrementAndGet();
              }
              answered.countDown();
            });
      }
      assertThat(answered.await(Bounds.TRANSFER.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(unavailable).hasValue(calls);
      assertThat(penstock.server().mostWaitingCalls()).isBetween(1, most);
      assertThat(penstock.server().waitingCalls()).isZero();
      assertThat(penstock.caller().statBlob(Names.stat(small.digest())).getSize()).isEqualTo(10);
    }
  }

  private Blob published(long seed, long size) {
    Blob blob = Blob.generated(1_000 + seed, size);
    registry.add(Names.REPOSITORY, blob);
    return blob;
  }

  private Deployment.Builder deployment() {
    return Deployment.builder(directory).registry(registry.url()).withLines();
  }

  private static BlobReceiver fetch(Deployment penstock, Blob blob) {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(Names.blob(blob.digest()), receiver);
    return receiver;
  }

  private static long resumes(Deployment penstock) {
    return penstock.client().tunnelStats().stream().mapToLong(TunnelStats::resumes).sum();
  }
}
