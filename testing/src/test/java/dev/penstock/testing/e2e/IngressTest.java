package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.PenstockClient;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.ingress.Ingress;
import dev.penstock.testing.ingress.IngressProduct;
import dev.penstock.testing.peers.FreePort;
import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.proxy.Direction;
import dev.penstock.testing.proxy.FaultProxy;
import dev.penstock.testing.proxy.junit.FaultProxyExtension;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recommended configurations of nginx, HAProxy and Apache httpd, between client and server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IngressTest {
  private static final int MIB = 1 << 20;
  private static final int TRANSFERS = 4;
  private static final int RELOADS = 3;
  private static final long BLOB_BYTES = 32L * MIB;

  /** So that the transfers are under way for some ten seconds. */
  private static final int BYTES_PER_SECOND = 16 * MIB;

  @RegisterExtension final FaultProxyExtension proxies = new FaultProxyExtension();
  @TempDir static Path directory;

  private TestAuthority authority;
  private TestIdentity certificate;
  private EmbeddedRegistry registry;

  @BeforeAll
  void start() throws Exception {
    authority = TestAuthority.create(directory);
    certificate = authority.issue();
    registry = EmbeddedRegistry.start();
  }

  @AfterAll
  void stop() {
    registry.close();
  }

  /** Another tunnel of the same settings is the clock: nobody pings in it, and it is cut. */
  @ParameterizedTest
  @EnumSource
  void tunnel_carriesBlobsAndOutlivesTheIdleLimit(IngressProduct product) throws Exception {
    assumeInstalled(product);
    Blob blob = published(1, 30L * MIB);
    Duration idle = Duration.ofSeconds(3);
    try (Deployment penstock = deployment().start();
        Ingress ingress = recommended(product).silentFor(idle).start(directory, at(penstock));
        PenstockClient client = attach(penstock, ingress, config -> config)) {
      Outcomes.expectWhole(penstock, blob);
      for (int i = 0; i < 2; i++) {
        awaitSilentTunnelCut(product, idle);
      }
      Outcomes.expectWhole(penstock, blob);
      assertThat(penstock.server().tunnels().resumes()).as("cuts of pinged tunnels").isZero();
      assertThat(client.tunnelStats()).isNotEmpty();
    }
  }

  private void awaitSilentTunnelCut(IngressProduct product, Duration idle) throws Exception {
    try (TunnelAcceptor silent = acceptor(new ConcurrentSkipListSet<>());
        Ingress ingress =
            Ingress.recommended(product).silentFor(idle).start(directory, silent.address());
        WebSocketPeer peer = dial(ingress)) {
      peer.sendUpgrade(Names.TUNNEL, "t");
      assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
      long start = System.nanoTime();
      peer.awaitEnd();
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(idle.minusSeconds(1), idle.plusSeconds(10));
    }
  }

  @ParameterizedTest
  @EnumSource
  void tunnelId_leadsToTheSameServerBeforeAndAfterReload(IngressProduct product) throws Exception {
    assumeInstalled(product);
    Set<String> atFirst = new ConcurrentSkipListSet<>();
    Set<String> atSecond = new ConcurrentSkipListSet<>();
    try (TunnelAcceptor first = acceptor(atFirst);
        TunnelAcceptor second = acceptor(atSecond);
        Ingress ingress =
            Ingress.recommended(product).start(directory, first.address(), second.address())) {
      Set<String> ids = new TreeSet<>();
      for (int i = 0; i < 24; i++) {
        ids.add("tunnel-" + i);
      }
      for (int round = 0; round < 3; round++) {
        for (String id : ids) {
          expectUpgraded(ingress, id);
        }
        ingress.reload();
      }
      assertThat(atFirst).isNotEmpty().doesNotContainAnyElementsOf(atSecond);
      assertThat(atSecond).isNotEmpty();
      atFirst.addAll(atSecond);
      assertThat(atFirst).isEqualTo(ids);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tunnelId_leadsToTheOtherServerWhenItsOwnIsGone(IngressProduct product) throws Exception {
    assumeInstalled(product);
    Set<String> reached = new ConcurrentSkipListSet<>();
    try (TunnelAcceptor left = acceptor(reached);
        Ingress ingress = Ingress.recommended(product).start(directory, left.address(), nobody())) {
      for (int i = 0; i < 8; i++) {
        expectUpgraded(ingress, "tunnel-" + i);
      }
      assertThat(reached).hasSize(8);
    }
  }

  /**
   * Old processes of nginx and HAProxy cut what they have soon after a reload; those of Apache
   * httpd keep it, until the clients move it.
   */
  @ParameterizedTest
  @EnumSource
  void reloadsUnderLoad_failNoTransfer(IngressProduct product) throws Exception {
    assumeInstalled(product);
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < TRANSFERS; i++) {
      blobs.add(published(10 + i, BLOB_BYTES));
    }
    try (Deployment penstock = deployment().start()) {
      FaultProxy line = proxies.to(at(penstock));
      line.limit(Direction.UP, BYTES_PER_SECOND);
      Ingress.Builder settings = recommended(product).finishingWithin(Duration.ofMillis(500));
      try (Ingress ingress = settings.start(directory, line.address());
          PenstockClient client =
              attach(penstock, ingress, config -> config.maxCarrierAge(carrierAge(product)))) {
        List<BlobReceiver> receivers = new ArrayList<>();
        blobs.forEach(blob -> receivers.add(fetch(penstock, blob)));
        for (int reload = 1; reload <= RELOADS; reload++) {
          awaitBytes(receivers, BLOB_BYTES * TRANSFERS * reload / (RELOADS + 2));
          expectMoved(penstock, ingress);
        }
        assertThat(received(receivers)).as("under load").isLessThan(TRANSFERS * BLOB_BYTES);
        for (int i = 0; i < TRANSFERS; i++) {
          Callers.expectWhole(receivers.get(i), blobs.get(i));
        }
        assertThat(penstock.server().tunnels().resumes()).isGreaterThanOrEqualTo(RELOADS);
        assertThat(client.tunnelStats()).isNotEmpty();
      }
    }
  }

  private static Duration carrierAge(IngressProduct product) {
    return product == IngressProduct.APACHE ? Duration.ofSeconds(1) : Duration.ZERO;
  }

  /** Reloads, and waits until a tunnel has gone on over a new connection. */
  private static void expectMoved(Deployment penstock, Ingress ingress) throws Exception {
    long before = penstock.server().tunnels().resumes();
    ingress.reload();
    assertThat(Eventually.holds(() -> penstock.server().tunnels().resumes() > before))
        .as("a tunnel came back")
        .isTrue();
  }

  private static void awaitBytes(List<BlobReceiver> receivers, long wanted) {
    assertThat(Eventually.holds(() -> received(receivers) >= wanted)).isTrue();
  }

  private static long received(List<BlobReceiver> receivers) {
    return receivers.stream().mapToLong(BlobReceiver::bytes).sum();
  }

  private static void assumeInstalled(IngressProduct product) {
    assumeTrue(
        product.peer().find().isPresent(), () -> "missing peer: " + product.peer().command());
  }

  private Ingress.Builder recommended(IngressProduct product) {
    return Ingress.recommended(product).tls(certificate);
  }

  private Deployment.Builder deployment() {
    return Deployment.builder(directory)
        .registry(registry.url())
        .clients(0)
        .tuneServer(config -> config.heartbeat(Duration.ofSeconds(1)));
  }

  private static InetSocketAddress at(Deployment penstock) {
    return penstock.publicAddress();
  }

  private PenstockClient attach(
      Deployment penstock, Ingress ingress, UnaryOperator<ClientConfig.Builder> tuning)
      throws Exception {
    PenstockClient client =
        penstock.startClient(
            config -> {
              config.network().ca(authority.certificate());
              return tuning.apply(config.server(ingress.server()));
            });
    try {
      client.awaitAttached(Bounds.EVENT);
      return client;
    } catch (InterruptedException | TimeoutException e) {
      client.close();
      throw e;
    }
  }

  private Blob published(long seed, long size) {
    Blob blob = Blob.generated(7_000 + seed, size);
    registry.add(Names.REPOSITORY, blob);
    return blob;
  }

  private static BlobReceiver fetch(Deployment penstock, Blob blob) {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(Names.blob(blob.digest()), receiver);
    return receiver;
  }

  /** A server that lets everybody in, and notes under which ids. */
  private static TunnelAcceptor acceptor(Set<String> reached) throws IOException {
    return TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .authenticator(
            (tunnel, token) -> {
              reached.add(tunnel);
              return Verdict.ACCEPTED;
            })
        .listener(tunnel -> {})
        .start();
  }

  private static InetSocketAddress nobody() throws IOException {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.pick());
  }

  private static void expectUpgraded(Ingress ingress, String tunnel) throws IOException {
    try (WebSocketPeer peer = dial(ingress)) {
      peer.sendUpgrade(tunnel, "t");
      assertThat(peer.readHead()).as(tunnel).startsWith("HTTP/1.1 101 ");
    }
  }

  private static WebSocketPeer dial(Ingress ingress) throws IOException {
    return WebSocketPeer.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), ingress.server().getPort()),
        Bounds.EVENT);
  }
}
