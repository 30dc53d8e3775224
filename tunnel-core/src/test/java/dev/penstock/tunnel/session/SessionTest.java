package dev.penstock.tunnel.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session's counting and closing, with the peer played by the test. */
class SessionTest {
  private static final int WINDOW = 1024 * 1024;
  private static final int MESSAGE = 128 * 1024;
  private static final SessionLimits LIMITS =
      new SessionLimits(WINDOW, MESSAGE, Duration.ofSeconds(20));

  private static final Duration RESUME_TIMEOUT = Duration.ofSeconds(60);

  private final FakeCarrier carrier = new FakeCarrier();
  private final Session session = new Session(SessionId.random(), LIMITS, RESUME_TIMEOUT, carrier);

  SessionTest() {
    session.listen(carrier.new Listener());
  }

  @Test
  void window_stopsTheSenderUntilAnAckComes() {
    while (session.isWritable()) {
      send(session.sendableBytes());
    }
    assertThat(session.sentBytes()).isEqualTo(WINDOW);
    assertThat(session.unacknowledgedBytes()).isEqualTo(WINDOW);
    assertThat(session.sendableBytes()).isZero();

    carrier.events.clear();
    session.onCarrierControl(carrier, "ack " + (MESSAGE - 1));
    assertThat(session.isWritable()).as("a message is kept to its last byte").isFalse();
    session.onCarrierControl(carrier, "ack " + (MESSAGE + 5));
    assertThat(carrier.events).containsExactly("writable");
    assertThat(session.sendableBytes()).isEqualTo(MESSAGE);
    assertThat(session.replayBytes()).isEqualTo(WINDOW - MESSAGE);
  }

  @RepeatedTest(20)
  void window_isNeverExceededWhateverTheAcks() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    long acknowledged = 0;
    for (int i = 0; i < 2_000; i++) {
      if (session.isWritable() && random.nextInt(3) > 0) {
        send(1 + random.nextInt(session.sendableBytes()));
      } else {
        acknowledged += random.nextLong(session.sentBytes() - acknowledged + 1);
        session.onCarrierControl(carrier, "ack " + acknowledged);
      }
      assertThat(session.unacknowledgedBytes())
          .as("seed %s", seed)
          .isEqualTo(session.sentBytes() - acknowledged)
          .isLessThanOrEqualTo(WINDOW);
    }
  }

  @Test
  void carrier_thatIsFullStopsTheSender() {
    carrier.writable = false;
    assertThat(session.isWritable()).isFalse();
    session.onCarrierWritabilityChanged(carrier);
    assertThat(carrier.events).doesNotContain("writable");
    carrier.writable = true;
    session.onCarrierWritabilityChanged(carrier);
    assertThat(carrier.events).contains("writable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ack 101", "ack 49", "ack 999999999999999999", "ack", "ack -1"})
  void ack_thatMakesNoSenseEndsTheSession(String ack) {
    send(100);
    session.onCarrierControl(carrier, "ack 50");
    carrier.events.clear();
    session.onCarrierControl(carrier, ack);
    assertThat(carrier.events).hasSize(2);
    assertThat(carrier.events.get(0)).startsWith("close PROTOCOL_ERROR ");
    assertThat(carrier.events.get(1)).startsWith("closed PROTOCOL_ERROR ");
  }

  @Test
  void ack_thatRepeatsTheLastIsTaken() {
    send(100);
    session.onCarrierControl(carrier, "ack 100");
    session.onCarrierControl(carrier, "ack 100");
    assertThat(session.unacknowledgedBytes()).isZero();
    assertThat(session.closed()).isNotDone();
  }

  @Test
  void unknownVerb_isIgnored() {
    session.onCarrierControl(carrier, "dance for an update");
    assertThat(carrier.events).isEmpty();
    assertThat(session.closed()).isNotDone();
  }

  @Test
  void consumedBytes_areAcknowledgedEachTimeThatManyCame() {
    session.consumed(Inbound.BYTES_PER_ACK - 1);
    assertThat(carrier.events).isEmpty();
    session.consumed(1);
    session.consumed(Inbound.BYTES_PER_ACK - 1);
    assertThat(carrier.events).containsExactly("ack " + Inbound.BYTES_PER_ACK);
    session.consumed(1);
    assertThat(carrier.events)
        .containsExactly("ack " + Inbound.BYTES_PER_ACK, "ack " + 2 * Inbound.BYTES_PER_ACK);
  }

  @Test
  void consumedBytes_areAcknowledgedAfterAWhileThoughTheyAreFew() {
    session.consumed(5);
    carrier.pass(Duration.ofMillis(249));
    assertThat(carrier.events).isEmpty();
    carrier.pass(Duration.ofMillis(1));
    assertThat(carrier.events).containsExactly("ack 5");
    carrier.pass(Duration.ofSeconds(10));
    assertThat(carrier.events).as("and not again").hasSize(1);
  }

  @Test
  void acks_doNotQueueBehindACarrierThatIsFull() {
    carrier.writable = false;
    for (int i = 0; i < 100; i++) {
      session.consumed(WINDOW);
    }
    assertThat(carrier.events).isEmpty();
    carrier.writable = true;
    session.onCarrierWritabilityChanged(carrier);
    assertThat(carrier.events).containsExactly("ack " + 100L * WINDOW, "writable");
  }

  @Test
  void bytes_arePassedUpAndCounted() {
    session.onCarrierBytes(carrier, Unpooled.copiedBuffer("abc", UTF_8));
    session.onCarrierReadComplete(carrier);
    assertThat(carrier.events).containsExactly("received abc", "read complete");
    assertThat(session.receivedBytes()).isEqualTo(3);
  }

  @Test
  void close_tellsPeerAndListenerOnce() {
    session.close(CloseCause.SHUTTING_DOWN, "update");
    session.close(CloseCause.CLOSED, "again");
    session.onCarrierClosed(carrier, new SessionClosed(CloseCause.CONNECTION_LOST, "late"));
    assertThat(carrier.events)
        .containsExactly("close SHUTTING_DOWN update", "closed SHUTTING_DOWN update");
    assertThat(session.closed())
        .isCompletedWithValue(new SessionClosed(CloseCause.SHUTTING_DOWN, "update"));
  }

  @Test
  void close_keepsItsCauseThoughTheCarrierBreaksMeanwhile() {
    carrier.whileClosing =
        () ->
            session.onCarrierClosed(
                carrier, new SessionClosed(CloseCause.CONNECTION_LOST, "broken"));
    session.close(CloseCause.SHUTTING_DOWN, "update");
    assertThat(carrier.events)
        .containsExactly("close SHUTTING_DOWN update", "closed SHUTTING_DOWN update");
  }

  @ParameterizedTest
  @EnumSource
  void carriersEnd_isTheSessionsEndOrNot(CloseCause cause) {
    session.onCarrierClosed(carrier, new SessionClosed(cause, "so it is"));
    session.onCarrierClosed(carrier, new SessionClosed(CloseCause.CLOSED, "late"));
    assertThat(session.isConnected()).isFalse();
    assertThat(session.closed().isDone()).isEqualTo(cause.endsSession());
    if (cause.endsSession()) {
      assertThat(carrier.events).containsExactly("closed " + cause + " so it is");
    } else {
      assertThat(carrier.events).isEmpty();
    }
  }

  @Test
  void lostCarrier_isReplacedAndWhatThePeerLacksIsSentAgain() {
    send(100);
    send(50);
    session.onCarrierControl(carrier, "ack 20");
    lose();
    assertThat(session.isWritable()).isFalse();
    assertThat(session.replayBytes()).isEqualTo(150);

    FakeCarrier next = carrier.next();
    assertThat(session.canReplayFrom(110)).isTrue();
    session.resume(next, 110);
    assertThat(next.events)
        .as("nothing is sent before the handshake is out of the way")
        .containsExactly("reading true");
    carrier.pass(Duration.ZERO);
    assertThat(next.events).containsExactly("reading true", "bytes 40", "flush");
    assertThat(carrier.events).endsWith("writable");
    assertThat(session.isWritable()).isTrue();
    assertThat(session.resumes()).isEqualTo(1);
  }

  @Test
  void nextCarrier_hearsTheLastAckAndTheDrainAgain() {
    session.consumed(7);
    carrier.pass(Duration.ofSeconds(1));
    session.drain("an update");
    assertThat(carrier.events).containsExactly("ack 7", "drain an update");
    lose();
    FakeCarrier next = carrier.next();
    session.resume(next, 0);
    carrier.pass(Duration.ZERO);
    assertThat(next.events).containsExactly("reading true", "drain an update", "ack 7");
  }

  @Test
  void nextCarrier_thatIsFullGetsTheRestWhenItHasRoom() {
    send(100);
    send(50);
    lose();
    FakeCarrier next = carrier.next();
    next.writable = false;
    session.resume(next, 0);
    carrier.pass(Duration.ZERO);
    assertThat(next.events).containsExactly("reading true");
    next.writable = true;
    session.onCarrierWritabilityChanged(next);
    assertThat(next.events).containsExactly("reading true", "bytes 100", "bytes 50", "flush");
  }

  @Test
  void nextCarrier_isNotReadWhileNobodyReads() {
    session.setReading(false);
    lose();
    FakeCarrier next = carrier.next();
    session.resume(next, 0);
    assertThat(next.events).containsExactly("reading false");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 19, 151, Long.MAX_VALUE})
  void claim_ofThePeerThatCannotBeIsSeen(long received) {
    send(150);
    session.onCarrierControl(carrier, "ack 20");
    lose();
    assertThat(session.canReplayFrom(received)).isFalse();
  }

  @Test
  void secondCarrier_supersedesTheFirstWhichIsNotHeardAnyMore() {
    FakeCarrier next = carrier.next();
    session.resume(next, 0);
    assertThat(carrier.events).containsExactly("close SUPERSEDED ");
    ByteBuf late = Unpooled.copiedBuffer("late", UTF_8);
    session.onCarrierBytes(carrier, late);
    session.onCarrierControl(carrier, "ack 999");
    session.onCarrierClosed(carrier, new SessionClosed(CloseCause.CLOSED, "late"));
    assertThat(late.refCnt()).isZero();
    assertThat(session.receivedBytes()).isZero();
    assertThat(session.closed()).isNotDone();
    session.onCarrierBytes(next, Unpooled.copiedBuffer("abc", UTF_8));
    assertThat(session.receivedBytes()).isEqualTo(3);
  }

  @Test
  void move_acknowledgesNothingThatIsAskedForAndTakesNothingTwice() {
    session.onCarrierBytes(carrier, Unpooled.copiedBuffer("abc", UTF_8));
    assertThat(session.beginMove()).isEqualTo(3);
    session.onCarrierBytes(carrier, Unpooled.copiedBuffer("def", UTF_8));
    session.consumed(6);
    carrier.pass(Duration.ofSeconds(1));
    assertThat(carrier.events).containsExactly("received abc", "received def", "ack 3");

    FakeCarrier next = carrier.next();
    session.resume(next, 0);
    session.onCarrierBytes(next, Unpooled.copiedBuffer("de", UTF_8));
    session.onCarrierBytes(next, Unpooled.copiedBuffer("fghi", UTF_8));
    assertThat(carrier.events).endsWith("close SUPERSEDED ", "received ghi");
    assertThat(session.receivedBytes()).isEqualTo(9);
  }

  @Test
  void move_thatFailsCatchesUpWithItsAcks() {
    session.beginMove();
    session.onCarrierBytes(carrier, Unpooled.copiedBuffer("abc", UTF_8));
    session.consumed(3);
    carrier.pass(Duration.ofSeconds(1));
    assertThat(carrier.events).containsExactly("received abc");
    session.giveMoveUp();
    assertThat(carrier.events).containsExactly("received abc", "ack 3");
  }

  @Test
  void resumeTimeout_endsASessionThatFindsNoCarrier() {
    lose();
    carrier.pass(RESUME_TIMEOUT.minusMillis(1));
    assertThat(session.closed()).isNotDone();
    carrier.pass(Duration.ofMillis(1));
    assertThat(carrier.events)
        .containsExactly(
            "closed CONNECTION_LOST the connection was lost: reset, and nothing took its place"
                + " for 60 s");
    assertThat(session.replayBytes()).isZero();
  }

  @Test
  void resumeTimeout_isOffOnceACarrierIsThere() {
    lose();
    carrier.pass(RESUME_TIMEOUT.minusMillis(1));
    session.resume(carrier.next(), 0);
    carrier.pass(RESUME_TIMEOUT);
    assertThat(session.closed()).isNotDone();
  }

  @Test
  void drain_isToldToObserversOnce() {
    session.observe(new Observer());
    session.onCarrierControl(carrier, "drain an update");
    session.onCarrierControl(carrier, "drain an update");
    assertThat(session.isPeerDraining()).isTrue();
    assertThat(carrier.events).containsExactly("drain an update");
  }

  @Test
  void lossAndResume_areToldToObservers() {
    session.observe(new Observer());
    lose();
    session.resume(carrier.next(), 0);
    assertThat(carrier.events)
        .containsExactly("suspended the connection was lost: reset", "resumed");
  }

  @Test
  void smallMessages_stopTheSenderBeforeTheyWeighMoreThanTheirBytes() {
    int messages = 0;
    while (session.isWritable()) {
      send(1);
      messages++;
    }
    assertThat(messages).isEqualTo(WINDOW / 1024);
    session.onCarrierControl(carrier, "ack 1");
    assertThat(session.isWritable()).isTrue();
  }

  private void lose() {
    session.onCarrierClosed(carrier, new SessionClosed(CloseCause.CONNECTION_LOST, "reset"));
  }

  /** Writes down what it hears where the carrier writes what it is asked. */
  private final class Observer implements SessionObserver {
    @Override
    public void onSuspended(SessionClosed why) {
      carrier.events.add("suspended " + why);
    }

    @Override
    public void onResumed() {
      carrier.events.add("resumed");
    }

    @Override
    public void onDrain(String reason) {
      carrier.events.add("drain " + reason);
    }
  }

  @Test
  void nothing_happensAfterTheEnd() {
    send(10);
    session.close(CloseCause.CLOSED, "");
    carrier.events.clear();
    ByteBuf received = Unpooled.buffer().writeZero(5);
    ByteBuf sent = carrier.allocate(5).writeZero(5);
    session.onCarrierBytes(carrier, received);
    session.send(sent);
    session.consumed(WINDOW);
    session.onCarrierReadComplete(carrier);
    session.onCarrierWritabilityChanged(carrier);
    session.onCarrierControl(carrier, "ack 10");
    session.onCarrierControl(carrier, "ack nonsense");
    session.flush();
    session.setReading(true);
    carrier.pass(Duration.ofMinutes(5));
    assertThat(carrier.events).isEmpty();
    assertThat(received.refCnt()).isZero();
    assertThat(sent.refCnt()).isZero();
    assertThat(session.isWritable()).isFalse();
    assertThat(session.sentBytes()).isEqualTo(10);
  }

  @Test
  void closedFuture_cannotBeCompletedFromOutside() {
    session.closed().complete(new SessionClosed(CloseCause.OTHER, "forged"));
    assertThat(session.closed()).isNotDone();
  }

  private void send(int bytes) {
    session.send(session.allocate(bytes).writeZero(bytes));
  }

  @Test
  void peer_thatSendsMoreThanTheWindowIsBrokenOff() {
    for (int sent = 0; sent < WINDOW; sent += MESSAGE) {
      session.onCarrierBytes(carrier, Unpooled.wrappedBuffer(new byte[MESSAGE]));
    }
    assertThat(session.closed()).isNotDone();
    ByteBuf oneMore = Unpooled.wrappedBuffer(new byte[1]);
    session.onCarrierBytes(carrier, oneMore);
    assertThat(session.closed())
        .isCompletedWithValueMatching(why -> why.cause() == CloseCause.PROTOCOL_ERROR);
    assertThat(oneMore.refCnt()).isZero();
  }
}
