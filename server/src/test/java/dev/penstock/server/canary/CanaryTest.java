package dev.penstock.server.canary;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.ByteString;
import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.RegistryState;
import dev.penstock.probe.v1.RegistryState.State;
import dev.penstock.probe.v1.Stage;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import dev.penstock.tunnel.ops.Metrics;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The schedule, on a clock that a test turns, over a way that a test answers for. */
class CanaryTest {
  private static final Duration EVERY = Duration.ofSeconds(100);

  private final TunnelDirectory directory = new TunnelDirectory(2);
  private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", 1).build();
  private final TurnedClock clock = new TurnedClock();
  private final List<Asked> asked = new ArrayList<>();
  private final CanaryTotals totals = new CanaryTotals();
  private final Canary canary = new Canary(EVERY, totals, clock, this::ask, () -> 0.5);
  private final Logger logger = (Logger) LoggerFactory.getLogger(Canary.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  private boolean isBroken;

  private record Asked(
      AttachedClient client, EchoRequest request, CompletableFuture<EchoResponse> answer) {

    void comesBack() {
      answer.complete(back().build());
    }

    EchoResponse.Builder back() {
      return EchoResponse.newBuilder().setPayload(request.getPayload());
    }

    void fails(Status status) {
      answer.completeExceptionally(status.asRuntimeException());
    }
  }

  /** Time passes when a test says so. */
  private static final class TurnedClock implements Canary.Clock {
    private record Alarm(Duration at, Runnable task, CompletableFuture<Void> handle) {}

    private final List<Alarm> alarms = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private boolean isClosed;

    @Override
    public Future<?> after(Duration wait, Runnable task) {
      Alarm alarm = new Alarm(now.plus(wait), task, new CompletableFuture<>());
      alarms.add(alarm);
      return alarm.handle();
    }

    long planned() {
      return alarms.stream().filter(alarm -> !alarm.handle().isDone()).count();
    }

    void turn(Duration by) {
      now = now.plus(by);
      for (Alarm alarm : List.copyOf(alarms)) {
        if (alarm.at().compareTo(now) <= 0) {
          alarms.remove(alarm);
          if (!alarm.handle().isCancelled()) {
            alarm.task().run();
          }
        }
      }
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    canary.close();
    logger.detachAppender(lines);
    channel.shutdownNow();
  }

  private CompletableFuture<EchoResponse> ask(AttachedClient client, EchoRequest request) {
    if (isBroken) {
      throw new IllegalStateException("a test's");
    }
    Asked one = new Asked(client, request, new CompletableFuture<>());
    asked.add(one);
    return one.answer();
  }

  private AttachedClient attach(String name) {
    AttachedClient client = directory.attach("acme", name, channel);
    canary.attached(client);
    return client;
  }

  private Asked last() {
    return asked.get(asked.size() - 1);
  }

  private void afterAPeriod() {
    int before = asked.size();
    clock.turn(EVERY);
    assertThat(asked).hasSize(before + 1);
  }

  private String metrics() {
    Metrics metrics = new Metrics();
    totals.declare(metrics, "p_");
    return metrics.text();
  }

  @Test
  void tunnel_isTriedWithinEachPeriod_atAMomentThatChanceChooses() {
    AttachedClient acme = attach("acme/one");
    clock.turn(Duration.ofSeconds(49));
    assertThat(asked).isEmpty();
    clock.turn(Duration.ofSeconds(1));
    assertThat(asked).hasSize(1);
    assertThat(last().client()).isSameAs(acme);
    assertThat(last().request().getTunnel()).isEqualTo("acme");
    assertThat(last().request().getPayload().size()).isEqualTo(16 * 1024);
    assertThat(last().request().getReachRegistries()).isFalse();
    assertThat(acme.calls()).isEqualTo(1);
    last().comesBack();
    assertThat(acme.calls()).isZero();
    clock.turn(Duration.ofSeconds(87));
    assertThat(asked).hasSize(1);
    clock.turn(Duration.ofSeconds(1));
    assertThat(asked).hasSize(2);
  }

  @Test
  void aTunnelWhoseEchoIsUnderWay_isNotTriedAgainMeanwhile() {
    attach("acme/one");
    clock.turn(EVERY);
    clock.turn(EVERY.multipliedBy(5));
    assertThat(asked).hasSize(1);
  }

  @Test
  void noMoreThanTheBoundAreUnderWay_andTheRestFollows() {
    for (int i = 0; i < Canary.MOST_AT_ONCE + 3; i++) {
      attach("acme/" + i);
    }
    clock.turn(EVERY.dividedBy(2));
    assertThat(asked).hasSize(Canary.MOST_AT_ONCE);
    List.copyOf(asked).subList(0, 2).forEach(Asked::comesBack);
    clock.turn(Duration.ZERO);
    assertThat(asked).hasSize(Canary.MOST_AT_ONCE + 2);
    last().fails(Status.UNAVAILABLE);
    clock.turn(Duration.ZERO);
    assertThat(asked).hasSize(Canary.MOST_AT_ONCE + 3);
  }

  @Test
  void nothingIsPlannedForATunnelThatHasGone_norForItsPlaceInTheLine() {
    List<AttachedClient> clients = new ArrayList<>();
    for (int i = 0; i < Canary.MOST_AT_ONCE + 1; i++) {
      clients.add(attach("acme/" + i));
    }
    AttachedClient planned = attach("acme/planned");
    canary.detached(planned);
    clock.turn(EVERY.dividedBy(2));
    clients.forEach(canary::detached);
    asked.forEach(Asked::comesBack);
    assertThat(clock.planned()).isZero();
    assertThat(canary.watched()).isZero();
    clock.turn(EVERY.multipliedBy(3));
    assertThat(asked).hasSize(Canary.MOST_AT_ONCE);
    assertThat(metrics()).contains("p_canaries_total{outcome=\"ok\"} 0\n");
  }

  @Test
  void close_endsIt_withItsClock() {
    attach("acme/one");
    attach("acme/two");
    clock.turn(EVERY.dividedBy(2));
    canary.close();
    asked.forEach(Asked::comesBack);
    attach("acme/late");
    clock.turn(EVERY.multipliedBy(3));
    assertThat(asked).hasSize(2);
    assertThat(clock.isClosed).isTrue();
    assertThat(clock.planned()).isZero();
  }

  @Test
  void drainingTunnel_isLeftAlone() {
    AttachedClient leaving = attach("acme/one");
    directory.drain(leaving);
    clock.turn(EVERY);
    assertThat(asked).isEmpty();
    assertThat(clock.planned()).isZero();
  }

  @Test
  void fullClient_isNotAsked_andThatIsNoFailure() {
    AttachedClient full = attach("acme/one");
    assertThat(full.tryBeginCall()).isTrue();
    assertThat(full.tryBeginCall()).isTrue();
    clock.turn(EVERY);
    assertThat(asked).isEmpty();
    assertThat(full.calls()).isEqualTo(2);
    assertThat(metrics())
        .contains("p_canaries_total{outcome=\"busy\"} 1\n", "p_canary_failing_tunnels 0\n");
    full.endCall();
    afterAPeriod();
    assertThat(lines.list).isEmpty();
  }

  @Test
  void failure_isOneLineForEachChange_thatSaysTunnelHopAndWhatToDo() {
    attach("acme/one");
    afterAPeriod();
    last().comesBack();
    for (int i = 0; i < 3; i++) {
      afterAPeriod();
      last().fails(Status.DEADLINE_EXCEEDED.withDescription("deadline\nand more"));
    }
    assertThat(metrics())
        .contains(
            "p_canaries_total{outcome=\"ok\"} 1\n",
            "p_canaries_total{outcome=\"tunnel\"} 3\n",
            "p_canary_failing_tunnels 1\n");
    for (int i = 0; i < 2; i++) {
      afterAPeriod();
      last().fails(Status.INTERNAL.withDescription("a defect in the client"));
    }
    for (int i = 0; i < 2; i++) {
      afterAPeriod();
      last().comesBack();
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getLevel)
        .containsExactly(Level.WARN, Level.WARN, Level.INFO);
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "canary of acme/one failed at hop tunnel: no answer came (nothing for 10 s); see"
                + " whether the client's machine is well, and run 'penstock-client doctor' there,"
                + " which walks the path",
            "canary of acme/one failed at hop client: the client answers INTERNAL: a defect in the"
                + " client; see the client's log",
            "canary of acme/one comes back again");
    assertThat(metrics()).contains("p_canary_failing_tunnels 0\n");
  }

  @Test
  void defectInOneEcho_leavesThePlacesAndTheNextEchoAsTheyWere() {
    isBroken = true;
    AttachedClient acme = attach("acme/one");
    for (int i = 0; i <= Canary.MOST_AT_ONCE; i++) {
      clock.turn(EVERY);
    }
    assertThat(acme.calls()).isZero();
    isBroken = false;
    afterAPeriod();
    last().comesBack();
    assertThat(metrics())
        .contains(
            "p_canaries_total{outcome=\"client\"} 17\n", "p_canaries_total{outcome=\"ok\"} 1\n");
  }

  @Test
  void tunnelWithoutAConnection_isToldAsSuch() {
    AttachedClient cut = attach("acme/one");
    directory.suspend(cut);
    afterAPeriod();
    last().fails(Status.DEADLINE_EXCEEDED);
    assertThat(lines.list.get(0).getFormattedMessage())
        .startsWith("canary of acme/one failed at hop tunnel: it has no connection at present");
  }

  @Test
  void otherBytes_areAFailureOfTheWay() {
    attach("acme/one");
    afterAPeriod();
    last().answer().complete(EchoResponse.newBuilder().setPayload(ByteString.EMPTY).build());
    assertThat(lines.list.get(0).getFormattedMessage())
        .startsWith(
            "canary of acme/one failed at hop tunnel: other bytes came back than were sent");
    assertThat(metrics()).contains("p_canaries_total{outcome=\"altered\"} 1\n");
  }

  @Test
  void oldClient_isToldOfOnce_andIsNoFailure() {
    attach("acme/one");
    for (int i = 0; i < 2; i++) {
      afterAPeriod();
      last().fails(Status.UNIMPLEMENTED);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("no canary of acme/one: the client is older than canaries; update it");
    assertThat(metrics()).contains("p_canary_failing_tunnels 0\n");
  }

  @Test
  void registryInTrouble_isToldOnceForEachThatIs_unlessItIsLongAgo() {
    attach("acme/one");
    afterAPeriod();
    last().answer().complete(last().back().addRegistries(failing("old", 201_000)).build());
    for (int i = 0; i < 2; i++) {
      afterAPeriod();
      last().answer().complete(last().back().addRegistries(failing("main", 199_000)).build());
    }
    afterAPeriod();
    last()
        .answer()
        .complete(
            last()
                .back()
                .addRegistries(failing("main", 0))
                .addRegistries(failing("other", 0))
                .build());
    afterAPeriod();
    last().comesBack();
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "canary of acme/one failed at hop registry: the way to the client is good, and main?"
                + " answers 503; have the customer look, 'penstock-client doctor' there says more",
            "canary of acme/one failed at hop registry: the way to the client is good, and main?"
                + " answers 503; other? answers 503; have the customer look, 'penstock-client"
                + " doctor' there says more",
            "canary of acme/one hears of no registry in trouble lately");
  }

  private static RegistryState failing(String name, long ageMillis) {
    return RegistryState.newBuilder()
        .setRegistry(name)
        .setState(State.FAILING)
        .setDetail(name + "\n answers 503")
        .setAgeMillis(ageMillis)
        .build();
  }

  @Test
  void times_addUpByWhereTheyWent_andTheSlowestTunnelShows() {
    attach("acme/one");
    AttachedClient gone = attach("acme/two");
    clock.turn(EVERY);
    for (Asked one : asked) {
      Stage client = Stage.newBuilder().setWho("client").setDurationMicros(Long.MAX_VALUE).build();
      one.answer().complete(one.back().addStages(client).build());
    }
    // A client cannot have been slower than all of the way, whatever it says.
    assertThat(metrics())
        .contains("p_canary_seconds_total{hop=\"tunnel\"} 0\n")
        .containsPattern("p_canary_seconds_total\\{hop=\"client\"} [0-9.E-]*[1-9]")
        .containsPattern("p_canary_slowest_seconds\\{hop=\"client\"} [0-9.E-]*[1-9]");
    asked.stream().map(Asked::client).distinct().forEach(canary::detached);
    assertThat(gone.calls()).isZero();
    assertThat(metrics()).contains("p_canary_slowest_seconds{hop=\"client\"} 0\n");
  }
}
