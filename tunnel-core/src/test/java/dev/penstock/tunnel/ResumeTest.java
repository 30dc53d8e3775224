package dev.penstock.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of any kind go on over the next connection, and notice nothing. */
class ResumeTest {
  private static final Duration PATIENCE = TunnelFixture.PATIENCE;

  private static final TunnelOptions OPTIONS =
      TunnelOptions.DEFAULTS.withResumeTimeout(Duration.ofSeconds(2));

  private final BytesService service = new BytesService();
  private final BlockingQueue<Tunnel> attached = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<ManagedChannel> channels = new LinkedBlockingQueue<>();
  private final TunnelAcceptor acceptor;
  private final CuttingRelay relay;
  private final BlockingQueue<Server> servers = new LinkedBlockingQueue<>();

  ResumeTest() throws Exception {
    acceptor =
        TunnelAcceptor.builder(TunnelFixture.loopback())
            .authenticator((id, token) -> Verdict.ACCEPTED)
            .options(OPTIONS)
            .listener(new Listener())
            .start();
    relay = new CuttingRelay(acceptor.address());
  }

  @AfterEach
  void close() throws Exception {
    channels.forEach(ManagedChannel::shutdownNow);
    for (Server server : servers) {
      server.shutdownNow();
      assertThat(server.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    relay.close();
    acceptor.close();
  }

  @Test
  void stream_isDeliveredWholeOverManyCuts() throws Exception {
    Tunnel tunnel = attach(dialer -> dialer);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    long total = 96L << 20;
    Iterator<byte[]> responses =
        ClientCalls.blockingServerStreamingCall(
            channels.element(),
            BytesService.STREAM,
            CallOptions.DEFAULT,
            BytesService.streamRequest(total, 42));
    long offset = 0;
    int lastCuts = -1;
    while (responses.hasNext()) {
      byte[] chunk = responses.next();
      if (relay.cuts.get() > lastCuts) {
        lastCuts = relay.cuts.get();
        relay.cutAfter(random.nextInt(2 << 20));
        byte[] expected = BytesService.chunk(42, offset, chunk.length);
        assertThat(Arrays.equals(chunk, expected)).as("seed %s, at %s", seed, offset).isTrue();
      }
      offset += chunk.length;
    }
    assertThat(offset).isEqualTo(total);
    assertThat(relay.cuts.get()).as("cuts").isGreaterThan(30);
    assertThat(tunnel.stats().resumes()).isGreaterThan(30);
    assertThat(attached).as("no other tunnel was needed").hasSize(1);
  }

  @Test
  void unaryCalls_areNotFailedByCuts() throws Exception {
    attach(dialer -> dialer);
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      relay.cutAfter(random.nextInt(3_000));
      byte[] message = BytesService.chunk(7, i, 1_000);
      byte[] answer =
          ClientCalls.blockingUnaryCall(
              channels.element(), BytesService.ECHO, CallOptions.DEFAULT, message);
      assertThat(Arrays.equals(answer, message)).isTrue();
    }
    assertThat(relay.cuts.get()).isGreaterThan(100);
  }

  @Test
  void carrier_isRenewedBeforeItIsTooOld() throws Exception {
    Tunnel tunnel = attach(dialer -> dialer.maxCarrierAge(Duration.ofSeconds(1)));
    assertThat(nextEvent()).isEqualTo("suspended SUPERSEDED");
    assertThat(nextEvent()).isEqualTo("resumed");
    assertThat(call()).isEqualTo(Status.OK);
    assertThat(tunnel.stats().resumes()).isPositive();
    assertThat(relay.cuts.get()).isZero();
  }

  @Test
  void tunnel_thatFindsNoConnectionEndsItsCallsWithUnavailable() throws Exception {
    Tunnel tunnel = attach(dialer -> dialer);
    assertThat(call()).as("it is there on both sides").isEqualTo(Status.OK);
    relay.close();
    SessionClosed why = tunnel.closed().toCompletableFuture().get(30, TimeUnit.SECONDS);
    assertThat(why.cause()).isEqualTo(CloseCause.CONNECTION_LOST);
    assertThat(why.detail()).contains("nothing took its place for 2 s");
    assertThat(call().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void drain_ofTheAcceptorMovesItsClientsAndKeepsTheirCalls() throws Exception {
    CompletableFuture<String> drained = new CompletableFuture<>();
    CompletableFuture<DialRefusal> refused = new CompletableFuture<>();
    DialerListener listener =
        new DialerListener() {
          @Override
          public void onDraining(Tunnel tunnel, String reason) {
            drained.complete(reason);
          }

          @Override
          public void onDialFailed(dev.penstock.tunnel.session.DialFailure failure) {
            refused.complete(new DialRefusal(failure.message()));
          }
        };
    Tunnel tunnel = attach(dialer -> dialer.listener(listener));
    acceptor.drain("an update");
    assertThat(drained).succeedsWithin(PATIENCE).isEqualTo("an update");
    assertThat(refused).succeedsWithin(PATIENCE);
    assertThat(refused.join().message()).contains("answered 503");
    assertThat(call()).as("the old tunnel serves on").isEqualTo(Status.OK);
    relay.cutAfter(0);
    assertThat(call()).as("and resumes").isEqualTo(Status.OK);
    assertThat(tunnel.stats().resumes()).isPositive();
  }

  private record DialRefusal(String message) {}

  @Test
  void drain_ofTheDialerIsToldToTheAcceptor() throws Exception {
    CompletableFuture<TunnelDialer> built = new CompletableFuture<>();
    Tunnel tunnel = attach(dialer -> dialer, built);
    built.join().drain("going home");
    assertThat(nextEvent()).isEqualTo("draining going home");
    assertThat(tunnel.isDraining()).isTrue();
    assertThat(call()).isEqualTo(Status.OK);
  }

  @Test
  void instances_ofOneNameStayBothAndNeitherFlaps() throws Exception {
    attach(dialer -> dialer.instance("twin"));
    attach(dialer -> dialer.instance("twin").connections(2));
    Tunnel last = attached.stream().skip(1).findFirst().orElseThrow();
    assertThat(last.instance()).isEqualTo("twin");
    awaitAttached(3);
    assertThat(attached).hasSize(3);
    assertThat(call()).isEqualTo(Status.OK);
    assertThat(events).isEmpty();
  }

  private Tunnel attach(UnaryOperator<TunnelDialer.Builder> settings) throws Exception {
    return attach(settings, new CompletableFuture<>());
  }

  private Tunnel attach(
      UnaryOperator<TunnelDialer.Builder> settings, CompletableFuture<TunnelDialer> built)
      throws Exception {
    int before = attached.size();
    TunnelDialer dialer =
        settings.apply(TunnelFixture.dialer(relay.address()).options(OPTIONS)).build();
    built.complete(dialer);
    servers.add(
        TunnelServerBuilder.forDialer(dialer).addService(service.definition()).build().start());
    awaitAttached(before + 1);
    return attached.stream().skip(before).findFirst().orElseThrow();
  }

  private void awaitAttached(int count) throws InterruptedException {
    synchronized (attached) {
      long until = System.nanoTime() + PATIENCE.toNanos();
      while (attached.size() < count && System.nanoTime() < until) {
        attached.wait(100);
      }
    }
    assertThat(attached).hasSizeGreaterThanOrEqualTo(count);
  }

  private Status call() {
    try {
      ClientCalls.blockingUnaryCall(
          channels.element(), BytesService.ECHO, CallOptions.DEFAULT, new byte[1]);
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  private String nextEvent() throws InterruptedException {
    return String.valueOf(events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
  }

  private final class Listener implements AcceptorListener {
    @Override
    public void onAttached(Tunnel tunnel) {
      channels.add(TunnelChannelBuilder.forTunnel(tunnel).build());
      synchronized (attached) {
        attached.add(tunnel);
        attached.notifyAll();
      }
    }

    @Override
    public void onSuspended(Tunnel tunnel, SessionClosed why) {
      events.add("suspended " + why.cause());
    }

    @Override
    public void onResumed(Tunnel tunnel) {
      events.add("resumed");
    }

    @Override
    public void onDraining(Tunnel tunnel, String reason) {
      events.add("draining " + reason);
    }
  }
}
