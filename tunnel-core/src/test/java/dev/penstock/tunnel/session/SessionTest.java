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
import org.junit.jupiter.params.provider.ValueSource;

/** A session's counting and closing, with the peer played by the test. */
class SessionTest {
  private static final int WINDOW = 1024 * 1024;
  private static final int MESSAGE = 128 * 1024;
  private static final SessionLimits LIMITS =
      new SessionLimits(WINDOW, MESSAGE, Duration.ofSeconds(20));

  private final FakeCarrier carrier = new FakeCarrier();
  private final Session session = new Session(SessionId.random(), LIMITS, carrier);

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
    session.onCarrierControl("ack 5");
    assertThat(carrier.events).containsExactly("writable");
    assertThat(session.sendableBytes()).isEqualTo(5);
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
        session.onCarrierControl("ack " + acknowledged);
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
    session.onCarrierWritabilityChanged();
    assertThat(carrier.events).doesNotContain("writable");
    carrier.writable = true;
    session.onCarrierWritabilityChanged();
    assertThat(carrier.events).contains("writable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ack 101", "ack 49", "ack 999999999999999999", "ack", "ack -1"})
  void ack_thatMakesNoSenseEndsTheSession(String ack) {
    send(100);
    session.onCarrierControl("ack 50");
    carrier.events.clear();
    session.onCarrierControl(ack);
    assertThat(carrier.events).hasSize(2);
    assertThat(carrier.events.get(0)).startsWith("close PROTOCOL_ERROR ");
    assertThat(carrier.events.get(1)).startsWith("closed PROTOCOL_ERROR ");
  }

  @Test
  void ack_thatRepeatsTheLastIsTaken() {
    send(100);
    session.onCarrierControl("ack 100");
    session.onCarrierControl("ack 100");
    assertThat(session.unacknowledgedBytes()).isZero();
    assertThat(session.closed()).isNotDone();
  }

  @Test
  void unknownVerb_isIgnored() {
    session.onCarrierControl("drain for an update");
    assertThat(carrier.events).isEmpty();
    assertThat(session.closed()).isNotDone();
  }

  @Test
  void consumedBytes_areAcknowledgedEachQuarterOfTheWindow() {
    session.consumed(WINDOW / 4 - 1);
    assertThat(carrier.events).isEmpty();
    session.consumed(1);
    session.consumed(WINDOW / 4 - 1);
    assertThat(carrier.events).containsExactly("ack " + WINDOW / 4);
    session.consumed(1);
    assertThat(carrier.events).containsExactly("ack " + WINDOW / 4, "ack " + WINDOW / 2);
  }

  @Test
  void acks_doNotQueueBehindACarrierThatIsFull() {
    carrier.writable = false;
    for (int i = 0; i < 100; i++) {
      session.consumed(WINDOW);
    }
    assertThat(carrier.events).isEmpty();
    carrier.writable = true;
    session.onCarrierWritabilityChanged();
    assertThat(carrier.events).containsExactly("ack " + 100L * WINDOW, "writable");
  }

  @Test
  void bytes_arePassedUpAndCounted() {
    session.onCarrierBytes(Unpooled.copiedBuffer("abc", UTF_8));
    session.onCarrierReadComplete();
    assertThat(carrier.events).containsExactly("received abc", "read complete");
    assertThat(session.receivedBytes()).isEqualTo(3);
  }

  @Test
  void close_tellsPeerAndListenerOnce() {
    session.close(CloseCause.GOING_AWAY, "update");
    session.close(CloseCause.CLOSED, "again");
    session.onCarrierClosed(new SessionClosed(CloseCause.CONNECTION_LOST, "late"));
    assertThat(carrier.events)
        .containsExactly("close GOING_AWAY update", "closed GOING_AWAY update");
    assertThat(session.closed())
        .isCompletedWithValue(new SessionClosed(CloseCause.GOING_AWAY, "update"));
  }

  @Test
  void close_keepsItsCauseThoughTheCarrierBreaksMeanwhile() {
    carrier.whileClosing =
        () -> session.onCarrierClosed(new SessionClosed(CloseCause.CONNECTION_LOST, "broken"));
    session.close(CloseCause.GOING_AWAY, "update");
    assertThat(carrier.events)
        .containsExactly("close GOING_AWAY update", "closed GOING_AWAY update");
  }

  @Test
  void lostCarrier_endsTheSessionOnce() {
    session.onCarrierClosed(new SessionClosed(CloseCause.CONNECTION_LOST, "reset"));
    session.onCarrierClosed(new SessionClosed(CloseCause.CLOSED, "late"));
    session.close(CloseCause.CLOSED, "late");
    assertThat(carrier.events).containsExactly("closed CONNECTION_LOST reset");
  }

  @Test
  void nothing_happensAfterTheEnd() {
    send(10);
    session.close(CloseCause.CLOSED, "");
    carrier.events.clear();
    ByteBuf received = Unpooled.buffer().writeZero(5);
    ByteBuf sent = session.allocate(5).writeZero(5);
    session.onCarrierBytes(received);
    session.send(sent);
    session.consumed(WINDOW);
    session.onCarrierReadComplete();
    session.onCarrierWritabilityChanged();
    session.onCarrierControl("ack 10");
    session.onCarrierControl("ack nonsense");
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
      session.onCarrierBytes(Unpooled.wrappedBuffer(new byte[MESSAGE]));
    }
    assertThat(session.closed()).isNotDone();
    ByteBuf oneMore = Unpooled.wrappedBuffer(new byte[1]);
    session.onCarrierBytes(oneMore);
    assertThat(session.closed())
        .isCompletedWithValueMatching(why -> why.cause() == CloseCause.PROTOCOL_ERROR);
    assertThat(oneMore.refCnt()).isZero();
  }
}
