package dev.penstock.tunnel.probe;

import static dev.penstock.tunnel.probe.ProbeFixture.PATIENCE;
import static dev.penstock.tunnel.probe.ProbeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.tunnel.websocket.RawFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A probe is no weapon: whatever a dialer with a good token sends, it gets no more than it may. */
class AcceptedProbeTest {
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;

  private final ProbeFixture fixture = new ProbeFixture();
  private final List<RawProbe> probes = new ArrayList<>();

  AcceptedProbeTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    for (RawProbe probe : probes) {
      probe.close();
    }
    fixture.close();
  }

  @Test
  void firstMessage_isWhatArrivedWithTheMarksOfHops() throws Exception {
    RawProbe probe = connect("Via: 1.1 front\r\nX-Forwarded-User: hush\r\nCookie: hush\r\n");
    assertThat(probe.head())
        .startsWith("HTTP/1.1 101 ")
        .containsIgnoringCase("sec-websocket-protocol: penstock.probe.v1\r\n")
        .contains("Penstock-Heartbeat: 20000\r\n", "Penstock-Max-Message: 131072\r\n")
        .doesNotContain("Penstock-Session");
    RawProbe.Frame first = probe.read();
    assertThat(first.opcode()).isEqualTo(TEXT);
    assertThat(first.text()).startsWith("arrived {").doesNotContain("hush");
    JsonObject headers =
        JsonParser.parseString(first.text().substring("arrived ".length()))
            .getAsJsonObject()
            .getAsJsonObject("headers");
    assertThat(headers.get("Via").getAsString()).isEqualTo("1.1 front");
    assertThat(headers.get("X-Forwarded-User").getAsString()).isEqualTo("(not shown)");
  }

  @Test
  void arrived_isBoundedWhateverIsSent() throws Exception {
    StringBuilder headers = new StringBuilder();
    for (int i = 0; i < 300; i++) {
      headers.append("X-Forwarded-" + i + ": " + "\"".repeat(30) + "\r\n");
    }
    RawProbe probe = connect(headers.toString());
    assertThat(probe.read().payload().length).isLessThan(32 * 1024);
  }

  @Test
  void echo_ofManyPiecesAndFragmentsIsOneMessage() throws Exception {
    RawProbe probe = open();
    byte[] message = new byte[3_000];
    new Random(7).nextBytes(message);
    byte[] frame = RawFrame.binary(message).masked().bytes();
    for (byte octet : frame) {
      probe.write(new byte[] {octet});
    }
    RawProbe.Frame echo = probe.read();
    assertThat(echo.opcode()).isEqualTo(BINARY);
    assertThat(echo.payload()).isEqualTo(message);
  }

  @Test
  void unknownVerb_isIgnored() throws Exception {
    RawProbe probe = open().text("measure 7").send(RawFrame.binary(new byte[] {1}));
    assertThat(probe.read().payload()).containsExactly(1);
  }

  @Test
  void received_isCountedAndNotEchoed() throws Exception {
    RawProbe probe = open().text("receive");
    probe.send(RawFrame.binary(new byte[70_000])).send(RawFrame.binary(new byte[5]));
    assertThat(probe.text("total").read().text()).isEqualTo("received 70005");
    assertThat(probe.send(RawFrame.binary(new byte[] {9})).read().payload()).containsExactly(9);
    assertThat(probe.text("receive").text("total").read().text()).isEqualTo("received 0");
  }

  @Test
  void sent_isInMessagesOfTheSizeAskedFor() throws Exception {
    RawProbe probe = open().text("send 2500 1000");
    List<Integer> sizes = new ArrayList<>();
    RawProbe.Frame frame = probe.read();
    while (frame.opcode() == BINARY) {
      sizes.add(frame.payload().length);
      frame = probe.read();
    }
    assertThat(sizes).containsExactly(1000, 1000, 500);
    assertThat(frame.text()).isEqualTo("sent 2500");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "send",
        "send 1",
        "send 0 1",
        "send 1 0",
        "send -1 1",
        "send 1e3 1",
        "send 10 1048577",
        "send 268435457 65536",
        "send 9999999999 65536",
        "send 1000000 1", // a million messages
        "send 1 1 1",
        "send  1 1",
        "receive now",
        "total",
      })
  void commands_thatMakeNoSenseEndItWithAReason(String command) throws Exception {
    RawProbe.Frame end = open().text(command).read();
    assertThat(end.opcode()).isEqualTo(CLOSE);
    assertThat(end.closeCode()).isEqualTo(1008);
    assertThat(end.closeReason()).startsWith("'" + command.split(" ", 2)[0] + "' ");
  }

  @ParameterizedTest
  @CsvSource({
    "send 1000000 100000, send 10 10",
    "receive, send 10 10",
    "receive, receive",
    "send 1000000 100000, receive",
  })
  void commands_whileAnotherIsUnderWayEndIt(String first, String second) throws Exception {
    RawProbe probe = open();
    probe.write(join(RawFrame.text(first), RawFrame.text(second)));
    RawProbe.Frame frame = probe.read();
    while (frame.opcode() == BINARY) {
      frame = probe.read();
    }
    assertThat(frame.opcode()).isIn(CLOSE, TEXT);
    if (frame.opcode() == TEXT) { // it had sent all, in the very moment
      assertThat(frame.text()).startsWith("sent ");
    } else {
      assertThat(frame.closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void send_thatNobodyReadsStopsAtTheSocketAndGoesOnLater() throws Exception {
    long bytes = 100L * 1024 * 1024;
    RawProbe lazy = open().text("send " + bytes + " 65536");
    ProbeLine other = get(ProbeLine.open(fixture.target("other")));
    awaitStill();
    long queued = fixture.acceptor.probes().sentBytes();
    assertThat(queued).isPositive().isLessThan(32L * 1024 * 1024);
    assertThat(get(other.echo(100_000))).as("others notice nothing").isPositive();
    long read = 0;
    RawProbe.Frame frame = lazy.read();
    while (frame.opcode() == BINARY) {
      read += frame.payload().length;
      frame = lazy.read();
    }
    assertThat(read).isEqualTo(bytes);
    assertThat(frame.text()).isEqualTo("sent " + bytes);
  }

  @Test
  void whoSendsWhileItIsSentTo_isTold() throws Exception {
    RawProbe probe = open().text("send 200000000 65536");
    probe.read();
    probe.send(RawFrame.binary(new byte[1]));
    RawProbe.Frame frame = probe.read();
    while (frame.opcode() == BINARY) {
      frame = probe.read();
    }
    assertThat(frame.closeReason()).isEqualTo("wait for 'sent' before you send");
  }

  @Test
  void budget_countsWhatIsReceivedToo() throws Exception {
    RawProbe probe = open().text("receive").send(RawFrame.binary(new byte[2]));
    probe.text("total").read();
    RawProbe.Frame end = probe.text("send 268435455 1048576").read();
    assertThat(end.closeReason()).isEqualTo("a probe moves at most 268435456 bytes");
  }

  @Test
  void frames_areCheckedAsThoseOfATunnel() throws Exception {
    RawProbe unmasked = open();
    unmasked.write(RawFrame.text("total").bytes());
    assertThat(unmasked.read().closeCode()).isEqualTo(1002);
    RawProbe large = open().send(RawFrame.binary(new byte[1_048_577]));
    assertThat(large.read().closeCode()).isEqualTo(1009);
    assertThat(open().text("x".repeat(4_097)).read().closeCode()).isEqualTo(1009);
  }

  @Test
  void hangUp_freesThePlace() throws Exception {
    for (int i = 0; i < 80; i++) {
      try (RawProbe probe = new RawProbe(fixture.acceptor.address())) {
        probe.read();
      }
      fixture.awaitOpen(0);
    }
    assertThat(fixture.acceptor.probes().opened()).isEqualTo(80);
  }

  @Test
  void probes_areAtMost256InAll_andOneMoreIsToldWhatToDo() throws Exception {
    for (int i = 0; i < 256; i++) {
      probes.add(new RawProbe(fixture.acceptor.address(), "tunnel-" + i % 8, ""));
    }
    RawProbe last = connect("Penstock-Probe: raw-2\r\n");
    assertThat(last.head())
        .startsWith("HTTP/1.1 429 ")
        .containsIgnoringCase("retry-after: 10\r\n")
        .contains("Penstock-Probe: raw-2\r\n");
    JsonObject answer = JsonParser.parseString(last.readBody()).getAsJsonObject();
    assertThat(answer.get("error").getAsString()).isEqualTo("256 probes are open here");
    assertThat(answer.get("hint").getAsString()).contains("doctor");
    assertThat(fixture.acceptor.probes().open()).isEqualTo(256);

    probes.get(0).close();
    fixture.awaitOpen(255);
    assertThat(open().send(RawFrame.binary(new byte[] {4})).read().payload()).containsExactly(4);
  }

  @ParameterizedTest
  @CsvSource({"Penstock-Heartbeat, 1", "Penstock-Max-Message, none"})
  void limits_thatMakeNoSenseAre400(String header, String value) throws Exception {
    assertThat(connect(header + ": " + value + "\r\n").head()).startsWith("HTTP/1.1 400 ");
  }

  /** Until the server has not given a byte more to its sockets for a while. */
  private void awaitStill() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long since = System.nanoTime();
    long seen = 0;
    while (seen == 0 || System.nanoTime() - since < 500_000_000L) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      long now = fixture.acceptor.probes().sentBytes();
      if (now != seen) {
        seen = now;
        since = System.nanoTime();
      }
      Thread.onSpinWait();
    }
  }

  private static byte[] join(RawFrame first, RawFrame second) {
    byte[] one = first.masked().bytes();
    byte[] two = second.masked().bytes();
    byte[] both = new byte[one.length + two.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }

  private RawProbe open() throws IOException {
    RawProbe probe = connect("");
    assertThat(probe.read().text()).startsWith("arrived ");
    return probe;
  }

  private RawProbe connect(String headers) throws IOException {
    RawProbe probe = new RawProbe(fixture.acceptor.address(), headers);
    probes.add(probe);
    return probe;
  }
}
