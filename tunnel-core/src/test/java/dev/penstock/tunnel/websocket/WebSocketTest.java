package dev.penstock.tunnel.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.WriteBufferWaterMark;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One WebSocket at the accepting end, in virtual time; the test is the peer. */
class WebSocketTest {
  private static final Duration HEARTBEAT = Duration.ofSeconds(20);

  private final RecordingListener listener = new RecordingListener();
  private final EmbeddedChannel channel = newChannel();
  private final List<ByteBuf> given = new ArrayList<>();
  private final WebSocket webSocket =
      new WebSocket(channel, new WebSocketSettings(true, 1000, HEARTBEAT), opened -> listener);

  {
    channel.pipeline().addLast(webSocket);
  }

  private static EmbeddedChannel newChannel() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    return channel;
  }

  @AfterEach
  void nothingLeaks() {
    channel.finishAndReleaseAll();
    assertThat(given).as("buffers that came in").allMatch(buffer -> buffer.refCnt() == 0);
  }

  @Test
  void messages_areDeliveredInOrder() {
    receive(RawFrame.binary("one".getBytes(UTF_8)), RawFrame.text("ack 1"));
    receive(RawFrame.binary("two".getBytes(UTF_8)));
    assertThat(listener.events).containsExactly("binary one", "text ack 1", "binary two");
  }

  @Test
  void ping_isAnsweredWithItsPayload() {
    receive(RawFrame.ping("are you there"));
    assertThat(sent()).containsExactly("pong are you there");
  }

  @Test
  void pings_ofAPeerThatDoesNotReadDoNotQueue() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
    SentMessage sent = webSocket.sendBinary(webSocket.allocate(500).writeZero(500)); // no flush
    sent.release();
    for (int i = 0; i < 10_000; i++) {
      receive(RawFrame.ping("ping " + i));
    }
    assertThat(channel.unsafe().outboundBuffer().totalPendingWriteBytes()).isLessThan(2_000);

    channel.flush(); // the peer reads again
    channel.runPendingTasks();
    assertThat(sent()).containsExactly("binary " + "\0".repeat(500), "pong ping 9999");
  }

  @Test
  void quietOne_sendsNoPingsAndTakesSilenceForLife() {
    EmbeddedChannel quiet = newChannel();
    WebSocketSettings settings = new WebSocketSettings(true, 1000, HEARTBEAT).quiet(4096);
    RecordingListener heard = new RecordingListener();
    quiet.pipeline().addLast(new WebSocket(quiet, settings, opened -> heard));
    for (int i = 0; i < 100; i++) {
      quiet.advanceTimeBy(HEARTBEAT.toNanos(), TimeUnit.NANOSECONDS);
      quiet.runScheduledPendingTasks();
    }
    assertThat(quiet.outboundMessages()).isEmpty();
    assertThat(heard.events).isEmpty();
    quiet.finishAndReleaseAll();
  }

  @Test
  void close_waitsForThePeersFrameAndReportsOnce() {
    webSocket.close(CloseCode.GOING_AWAY, "bye");
    webSocket.close(CloseCode.NORMAL, "again");
    assertThat(sent()).containsExactly("close 1001 bye");
    assertThat(listener.events).isEmpty();
    assertThat(channel.isOpen()).isTrue();

    receive(RawFrame.close(1001, "echo"));
    assertThat(sent()).isEmpty();
    assertThat(channel.isOpen()).isFalse();
    assertThat(listener.events).containsExactly("closed 1001 bye");
  }

  @Test
  void close_endsWithinItsTimeoutWhenThePeerSaysNothing() {
    webSocket.close(CloseCode.NORMAL, "bye");
    channel.advanceTimeBy(WebSocket.CLOSE_TIMEOUT.toMillis() - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(listener.events).containsExactly("closed 1000 bye");
  }

  @Test
  void line_thatIsAlwaysFullButTakesMessageAfterMessageLives() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
    for (int message = 0; message < 10; message++) {
      channel.flush(); // it takes the last, and the next of the same size follows at once
      webSocket.sendBinary(webSocket.allocate(500).writeZero(500)).release();
      for (int second = 0; second < 20; second += 5) {
        receive(RawFrame.text("the other direction lives"));
        pass(Duration.ofSeconds(5));
      }
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void line_thatIsFullAndTakesNothingIsGivenUp() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
    webSocket.sendBinary(webSocket.allocate(500).writeZero(500)).release();
    for (int second = 0; second <= 25; second += 5) {
      assertThat(channel.isOpen()).isTrue();
      receive(RawFrame.text("the other direction lives"));
      listener.events.clear();
      pass(Duration.ofSeconds(5));
    }
    pass(Duration.ofSeconds(5));
    assertThat(listener.events)
        .contains("closed 4000 nothing could be sent for longer than the heartbeat allows");
  }

  @Test
  void line_thatIsFullAndTakesALittleIsAlive() {
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(100, 200));
    for (int second = 0; second <= 300; second += 5) {
      webSocket.sendBinary(webSocket.allocate(500).writeZero(500)).release();
      receive(RawFrame.text("the other direction lives"));
      listener.events.clear();
      pass(Duration.ofSeconds(5));
    }
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void close_sendsNothingAfterItsFrame() {
    webSocket.close(CloseCode.NORMAL, "bye");
    ByteBuf late = webSocket.allocate(4).writeInt(1);
    webSocket.sendBinary(late).release();
    webSocket.sendText("ack 5");
    receive(RawFrame.ping("late"));
    assertThat(late.refCnt()).isZero();
    assertThat(sent()).containsExactly("close 1000 bye");
  }

  @Test
  void close_cutsALongReasonBetweenCharacters() {
    webSocket.close(CloseCode.NORMAL, "€".repeat(100));
    assertThat(sent()).containsExactly("close 1000 " + "€".repeat(41));
  }

  @Test
  void closeFrame_isAnsweredWithItsCode() {
    receive(RawFrame.close(4321, "a reason\nof theirs"));
    assertThat(sent()).containsExactly("close 4321 ");
    assertThat(channel.isOpen()).isFalse();
    assertThat(listener.events).containsExactly("closed 4321 a reason?of theirs");
  }

  @Test
  void closeFrame_withoutACodeIsAnsweredWithNormal() {
    receive(RawFrame.of(Opcode.CLOSE));
    assertThat(sent()).containsExactly("close 1000 ");
    assertThat(listener.events).containsExactly("closed 1005 ");
  }

  @Test
  void nothing_isDeliveredAfterTheEnd() {
    receive(
        RawFrame.close(1000, ""),
        RawFrame.binary(new byte[5]),
        RawFrame.text("late"),
        RawFrame.ping("late"),
        RawFrame.close(1001, "twice"));
    assertThat(sent()).containsExactly("close 1000 ");
    assertThat(listener.events).containsExactly("closed 1000 ");
  }

  @Test
  void oversizedMessage_isToldTheCodeAndHungUpOn() {
    receive(RawFrame.binary(new byte[10]).stating(1 << 20));
    assertThat(sent()).singleElement().asString().startsWith("close 1009 a message of");
    assertThat(listener.events).singleElement().asString().startsWith("closed 1009 ");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void violation_deliversWhatCameBefore() {
    receive(RawFrame.text("ack 1"), RawFrame.of(0xf), RawFrame.text("ack 2"));
    assertThat(sent()).singleElement().asString().startsWith("close 1002 ");
    assertThat(listener.events).hasSize(2);
    assertThat(listener.events.get(0)).isEqualTo("text ack 1");
    assertThat(listener.events.get(1)).startsWith("closed 1002 ");
  }

  @Test
  void violation_whileClosingDoesNotChangeTheReason() {
    webSocket.close(CloseCode.GOING_AWAY, "bye");
    receive(RawFrame.of(0xf));
    assertThat(sent()).containsExactly("close 1001 bye");
    assertThat(channel.isOpen()).isFalse();
    assertThat(listener.events).containsExactly("closed 1001 bye");
  }

  @Test
  void lostConnection_isAbnormal() {
    channel.close();
    assertThat(listener.events).containsExactly("closed 1006 the connection was lost");
  }

  @Test
  void failedConnection_saysHow() {
    channel.pipeline().fireExceptionCaught(new IOException("reset\nby peer"));
    assertThat(listener.events)
        .containsExactly("closed 1006 the connection failed: java.io.IOException: reset?by peer");
  }

  @Test
  void defectOfTheListener_closesThisConnectionWithInternalError() {
    receive(RawFrame.text("fail"));
    assertThat(sent()).containsExactly("close 1011 an internal error");
    assertThat(listener.events).containsExactly("closed 1011 an internal error");
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void heartbeat_pingsEveryIntervalAndGivesUpASilentLine() {
    pass(HEARTBEAT);
    assertThat(sent()).containsExactly("ping 1");
    assertThat(listener.events).isEmpty();
    pass(HEARTBEAT.dividedBy(2));
    assertThat(sent()).singleElement().asString().startsWith("close 4000 ");
    assertThat(listener.events).singleElement().asString().startsWith("closed 4000 ");
    pass(WebSocket.CLOSE_TIMEOUT);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void heartbeat_takesAnyByteForLife() {
    byte[] message = RawFrame.text("slow").masked().bytes();
    for (byte octet : message) { // one byte an interval: a line of the worst kind, but alive
      pass(HEARTBEAT);
      write(new byte[] {octet});
    }
    assertThat(listener.events).containsExactly("text slow");
    assertThat(sent()).hasSize(message.length).allMatch(frame -> frame.startsWith("ping "));
  }

  @Test
  void heartbeat_doesNotTakeAPausedReaderForDeath() {
    webSocket.setReading(false);
    pass(HEARTBEAT.multipliedBy(10));
    assertThat(listener.events).isEmpty();
    webSocket.setReading(true);
    pass(HEARTBEAT);
    assertThat(listener.events).as("the peer has an interval to show itself").isEmpty();
    pass(HEARTBEAT.dividedBy(2));
    assertThat(listener.events).singleElement().asString().startsWith("closed 4000 ");
  }

  @Test
  void heartbeat_isNotPutOffByAReaderThatSaysAgainThatItReads() {
    for (int i = 0; i < 20; i++) {
      webSocket.setReading(true);
      pass(HEARTBEAT.dividedBy(10));
    }
    assertThat(listener.events).singleElement().asString().startsWith("closed 4000 ");
  }

  @Test
  void heartbeat_sendsOnePingAfterAMachineSlept() {
    webSocket.setReading(false);
    channel.advanceTimeBy(1, TimeUnit.DAYS);
    channel.runScheduledPendingTasks();
    assertThat(sent()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void ping_isMeasuredByThePongThatAnswersIt() {
    assertThat(webSocket.ping()).isNull();
    pass(HEARTBEAT);
    channel.advanceTimeBy(30, TimeUnit.MILLISECONDS);
    receive(pong("1"));
    assertThat(webSocket.ping()).isEqualTo(Duration.ofMillis(30));
  }

  @Test
  void pongs_ofNoPing_orOfAnEarlierOne_measureNothing() {
    receive(pong("0"), pong(""), pong("1"));
    pass(HEARTBEAT);
    receive(pong("0"), pong("2"));
    pass(HEARTBEAT);
    receive(pong("1"));
    assertThat(webSocket.ping()).isNull();
    channel.advanceTimeBy(2, TimeUnit.SECONDS);
    receive(pong("2"));
    assertThat(webSocket.ping()).isEqualTo(Duration.ofSeconds(2));
  }

  private static RawFrame pong(String payload) {
    return RawFrame.of(Opcode.PONG).payload(payload.getBytes(UTF_8));
  }

  private void receive(RawFrame... frames) {
    for (int i = 0; i < frames.length; i++) {
      frames[i].masked();
    }
    ByteBuf all = Unpooled.buffer();
    for (RawFrame frame : frames) {
      all.writeBytes(frame.bytes());
    }
    given.add(all);
    channel.writeInbound(all);
  }

  private void write(byte[] bytes) {
    ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
    given.add(buffer);
    channel.writeInbound(buffer);
  }

  private void pass(Duration duration) {
    long step = 100;
    for (long millis = 0; millis < duration.toMillis(); millis += step) {
      channel.advanceTimeBy(step, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  /** What has been sent since the last call. */
  private List<String> sent() {
    List<String> frames = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      if (out.isReadable()) {
        frames.add(SentFrame.describe(out));
      }
      out.release();
    }
    return frames;
  }
}
