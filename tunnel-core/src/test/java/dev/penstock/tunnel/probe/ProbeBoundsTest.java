package dev.penstock.tunnel.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.websocket.RawFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each bound of proto/README.md, up to it and one beyond, in time that a test has pass. */
class ProbeBoundsTest {
  private static final int MIB = 1 << 20;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;

  private final ProbeTable table = new ProbeTable();
  private final List<EmbeddedProbe> probes = new ArrayList<>();

  @AfterEach
  void hangUp() {
    probes.forEach(EmbeddedProbe::close);
    assertThat(table.counts().open()).isZero();
  }

  @Test
  void probe_endsAfterTwoHours_andNotBefore() throws Exception {
    EmbeddedProbe probe = open();
    probe.pass(Duration.ofHours(2).minusMillis(1)).binary(new byte[] {1});
    assertThat(probe.sent()).singleElement().matches(frame -> frame.opcode() == BINARY);
    probe.pass(Duration.ofMillis(1));
    assertThat(probe.sent()).singleElement().is(close(1000, "a probe ends after 2 h"));
  }

  @Test
  void probe_thatEndsBeforeLeavesNoTimerBehind() throws Exception {
    EmbeddedProbe probe = open();
    probe.frame(RawFrame.close(1000, ""));
    probe.sent();
    assertThat(table.counts().open()).isZero();
    assertThat(probe.pass(Duration.ofHours(3)).sent()).isEmpty();
    assertThat(probe.channel.isOpen()).isFalse();
  }

  @Test
  void bytes_thatAreReceivedAreAtMost256MiB() throws Exception {
    EmbeddedProbe probe = open();
    probe.text("receive");
    byte[] frame = RawFrame.binary(new byte[MIB]).masked().bytes();
    for (int i = 0; i < 256; i++) {
      probe.bytes(frame.clone());
    }
    probe.text("total");
    assertThat(probe.sent()).singleElement().matches(f -> f.text().equals("received 268435456"));
    probe.binary(new byte[1]);
    assertThat(probe.sent())
        .singleElement()
        .is(close(1008, "a probe moves at most 268435456 bytes"));
    assertThat(table.counts().receivedBytes()).isEqualTo(256L * MIB);
  }

  @Test
  void bytes_thatAreSentAreAtMost256MiB_overAllThatIsAsked() throws Exception {
    EmbeddedProbe probe = open();
    for (int i = 0; i < 16; i++) {
      probe.text("send 16777216 1048576");
      assertThat(probe.sent()).hasSize(17).last().matches(f -> f.text().equals("sent 16777216"));
    }
    probe.text("send 1 1");
    assertThat(probe.sent())
        .singleElement()
        .is(close(1008, "a probe moves at most 268435456 bytes"));
  }

  @Test
  void texts_areAtMost65536_howeverFastTheyCome() throws Exception {
    EmbeddedProbe probe = open();
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < 1024; i++) {
      flood.writeBytes(RawFrame.text("flood " + i).masked().bytes());
    }
    for (int i = 0; i < 64; i++) {
      probe.bytes(flood.toByteArray());
    }
    probe.binary(new byte[] {7});
    assertThat(probe.sent()).singleElement().matches(frame -> frame.payload()[0] == 7);
    probe.text("flood");
    assertThat(probe.sent())
        .singleElement()
        .is(close(1008, "a probe takes at most 65536 text messages"));
  }

  @Test
  void echoes_ofAllProbesAreAtMost64MiBInMemory() throws Exception {
    byte[] unfinished = RawFrame.binary(new byte[MIB]).notFinal().masked().bytes();
    for (int i = 0; i < 64; i++) {
      open("tunnel-" + i % 4).bytes(unfinished.clone());
    }
    EmbeddedProbe oneTooMany = open("late").binary(new byte[1]);
    assertThat(oneTooMany.sent())
        .singleElement()
        .is(close(1013, "other probes' echoes take all the memory there is"));

    probes.get(0).frame(RawFrame.continuation(new byte[0]));
    assertThat(probes.get(0).sent()).singleElement().matches(f -> f.payload().length == MIB);
    EmbeddedProbe inTime = open("late").binary(new byte[] {7});
    assertThat(inTime.sent()).singleElement().matches(frame -> frame.payload()[0] == 7);

    probes.get(1).close(); // a dialer that hangs up in the middle frees its part too
    assertThat(open("late").bytes(unfinished.clone()).sent()).isEmpty();
    assertThat(open("late").bytes(unfinished.clone()).sent()).isEmpty();
    assertThat(open("late").binary(new byte[1]).sent())
        .singleElement()
        .matches(ProbeBoundsTest::isClose);
  }

  @Test
  void dialer_thatTakesNothingFor30SecondsIsGivenUp() throws Exception {
    EmbeddedProbe probe = open().takeNothing();
    probe.text("send 268435456 65536");
    assertThat(probe.memoryBytes()).as("of 256 MiB").isLessThan(4 * MIB);
    probe.pass(Duration.ofSeconds(30));
    assertThat(table.counts().open()).isEqualTo(1);
    probe.pass(Duration.ofSeconds(6)); // it is looked at every three
    assertThat(table.counts().open()).isZero();
    assertThat(probe.pass(Duration.ofSeconds(5)).channel.isOpen()).isFalse();
  }

  @Test
  void dialer_thatTakesALittleNowAndThenIsNot() throws Exception {
    EmbeddedProbe probe = open().takeNothing();
    probe.text("send 200000000 65536");
    long taken = 0;
    for (int i = 0; i < 20; i++) {
      probe.pass(Duration.ofSeconds(20));
      probe.takeSome();
      for (RawProbe.Frame frame : probe.sent()) {
        assertThat(frame.opcode()).isEqualTo(BINARY);
        taken += frame.payload().length;
      }
    }
    assertThat(taken).isPositive().isLessThan(200_000_000);
    assertThat(table.counts().open()).isEqualTo(1);
  }

  @Test
  void dialer_thatTakesNoEchoesIsReadNoFurther() throws Exception {
    EmbeddedProbe probe = open().takeNothing();
    probe.binary(new byte[MIB]);
    assertThat(probe.channel.config().isAutoRead()).isFalse();
    probe.takeAll();
    assertThat(probe.channel.config().isAutoRead()).isTrue();
    assertThat(probe.sent()).singleElement().matches(frame -> frame.payload().length == MIB);
  }

  @Test
  void send_whileOneRuns_endsBoth() throws Exception {
    EmbeddedProbe probe = open().takeNothing();
    probe.text("send 1000000 100000").text("send 10 10");
    probe.takeAll();
    List<RawProbe.Frame> frames = probe.sent();
    assertThat(frames)
        .last()
        .is(close(1008, "'send' while another 'send' or 'receive' is under way"));
    assertThat(frames).hasSizeLessThan(11);
  }

  private static boolean isClose(RawProbe.Frame frame) {
    return frame.opcode() == CLOSE;
  }

  private EmbeddedProbe open() throws IOException {
    return open("acme");
  }

  private EmbeddedProbe open(String tunnelId) throws IOException {
    EmbeddedProbe probe = new EmbeddedProbe(table, tunnelId);
    probes.add(probe);
    return probe;
  }

  private static Condition<RawProbe.Frame> close(int code, String reason) {
    return new Condition<>(
        frame ->
            frame.opcode() == CLOSE
                && frame.closeCode() == code
                && frame.closeReason().equals(reason),
        "a close frame with %d %s",
        code,
        reason);
  }
}
