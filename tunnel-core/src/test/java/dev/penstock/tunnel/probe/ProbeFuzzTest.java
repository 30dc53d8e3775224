package dev.penstock.tunnel.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.websocket.RawFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.description.Description;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a dialer says, it gets what the specification has for that and nothing else, or is told
 * by 1008 what it did wrong; nothing of it stays in memory, and the next probe finds all in order.
 */
class ProbeFuzzTest {
  private static final int RUNS = 60;
  private static final int STEPS = 40;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;

  private static final String[] WORDS = {
    "send",
    "receive",
    "total",
    "sent",
    "arrived",
    "SEND",
    "",
    "0",
    "1",
    "-1",
    "+5",
    "1e3",
    "0x10",
    "10",
    "007",
    "268435456",
    "268435457",
    "99999999999999999999",
    "\u0661",
    "\ud83d\udca7",
    "\0",
    "\n"
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void dialer_getsWhatItAskedForOrIsToldWhatWasWrong(long seed) throws Exception {
    ProbeTable table = new ProbeTable();
    int refused = 0;
    for (int i = 0; i < RUNS; i++) {
      long own = seed * 1_000_003 + i;
      try (EmbeddedProbe probe = new EmbeddedProbe(table, "acme")) {
        refused += new Run(probe, own).play() ? 0 : 1;
      }
      assertThat(table.counts().open()).as("seed %d", own).isZero();
    }
    assertThat(refused).as("of both kinds there are some").isBetween(RUNS / 10, RUNS - RUNS / 10);
    try (EmbeddedProbe next = new EmbeddedProbe(table, "acme")) {
      assertThat(next.binary(new byte[1 << 20]).sent())
          .singleElement()
          .matches(frame -> frame.payload().length == 1 << 20);
    }
  }

  /** One probe, beside a model of what it may say. */
  private static final class Run {
    private final EmbeddedProbe probe;
    private final Random random;
    private final Description seed;
    private boolean isCounting;
    private long counted;

    Run(EmbeddedProbe probe, long seed) {
      this.probe = probe;
      this.random = new Random(seed);
      this.seed =
          new Description() {
            @Override
            public String value() {
              return "seed " + seed;
            }
          };
    }

    /** Whether it was let go on to the end. */
    boolean play() throws IOException {
      for (int step = 0; step < STEPS; step++) {
        boolean goesOn =
            switch (random.nextInt(8)) {
              case 0, 1, 2 -> binary(random.nextInt(random.nextBoolean() ? 3 : 5000));
              case 3 -> receive();
              case 4 -> total();
              case 5 -> send(1 + random.nextInt(20_000), 1 + random.nextInt(3000));
              case 6 -> words();
              default -> noise();
            };
        if (!goesOn) {
          return false;
        }
      }
      // It hangs up in the middle of a message.
      say(RawFrame.binary(new byte[random.nextInt(5000)]).notFinal());
      return true;
    }

    private boolean binary(int bytes) throws IOException {
      byte[] payload = new byte[bytes];
      random.nextBytes(payload);
      int end = random.nextInt(bytes + 1);
      if (random.nextBoolean()) {
        say(RawFrame.binary(Arrays.copyOf(payload, end)).notFinal());
        say(RawFrame.continuation(Arrays.copyOfRange(payload, end, bytes)));
      } else {
        say(RawFrame.binary(payload));
      }
      List<RawProbe.Frame> sent = probe.sent();
      if (isCounting) {
        counted += bytes;
        assertThat(sent).as(seed).isEmpty();
      } else {
        assertThat(sent).as(seed).hasSize(1);
        assertThat(sent.get(0).opcode()).as(seed).isEqualTo(BINARY);
        assertThat(sent.get(0).payload()).as(seed).isEqualTo(payload);
      }
      return true;
    }

    /** Few would come far if all did. */
    private boolean dares() {
      return random.nextInt(20) == 0;
    }

    private boolean receive() throws IOException {
      if (isCounting && !dares()) {
        return true;
      }
      say(RawFrame.text("receive"));
      if (isCounting) {
        return refused();
      }
      isCounting = true;
      counted = 0;
      assertThat(probe.sent()).as(seed).isEmpty();
      return true;
    }

    private boolean total() throws IOException {
      if (!isCounting && !dares()) {
        return true;
      }
      say(RawFrame.text("total"));
      if (!isCounting) {
        return refused();
      }
      isCounting = false;
      assertThat(probe.sent())
          .as(seed)
          .singleElement()
          .matches(frame -> frame.text().equals("received " + counted));
      return true;
    }

    private boolean send(int bytes, int messageBytes) throws IOException {
      if (isCounting && !dares()) {
        return true;
      }
      say(RawFrame.text("send %d %d".formatted(bytes, messageBytes)));
      if (isCounting) {
        return refused();
      }
      List<Integer> sizes = new ArrayList<>();
      List<RawProbe.Frame> sent = probe.sent();
      RawProbe.Frame last = sent.remove(sent.size() - 1);
      sent.forEach(frame -> sizes.add(frame.opcode() == BINARY ? frame.payload().length : -1));
      List<Integer> asked = new ArrayList<>();
      for (int left = bytes; left > 0; left -= messageBytes) {
        asked.add(Math.min(left, messageBytes));
      }
      assertThat(sizes).as(seed).isEqualTo(asked);
      assertThat(last.opcode()).as(seed).isEqualTo(TEXT);
      assertThat(last.text()).as(seed).isEqualTo("sent " + bytes);
      return true;
    }

    /** Words of the language, in whatever order. */
    private boolean words() throws IOException {
      StringBuilder text = new StringBuilder(WORDS[random.nextInt(WORDS.length)]);
      for (int more = random.nextInt(4); more > 0; more--) {
        text.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
      }
      return unlessCommand(text.toString());
    }

    private boolean noise() throws IOException {
      StringBuilder text = new StringBuilder();
      for (int chars = random.nextInt(200); chars > 0; chars--) {
        text.appendCodePoint(
            random.nextInt(4) > 0 ? 32 + random.nextInt(95) : random.nextInt(0xd800));
      }
      return unlessCommand(text.toString());
    }

    /** Says it, unless that makes sense: those are said elsewhere. */
    private boolean unlessCommand(String text) throws IOException {
      if (text.matches("receive|total|send [0-9]{1,9} [0-9]{1,9}")) {
        return true;
      }
      boolean isCommand = List.of("send", "receive", "total").contains(text.split(" ", 2)[0]);
      if (isCommand && !dares()) {
        return true;
      }
      say(RawFrame.text(text));
      if (isCommand) {
        return refused();
      }
      assertThat(probe.sent()).as(seed).isEmpty();
      return true;
    }

    private boolean refused() throws IOException {
      assertThat(probe.sent())
          .as(seed)
          .singleElement()
          .satisfies(
              frame -> {
                assertThat(frame.opcode()).isEqualTo(CLOSE);
                assertThat(frame.closeCode()).isEqualTo(1008);
                assertThat(frame.closeReason()).isNotBlank();
              });
      // What still comes before the dialer has seen that is not answered.
      probe.binary(new byte[100]).text("receive").text("send 1 1");
      assertThat(probe.sent()).as(seed).isEmpty();
      return false;
    }

    /** In pieces, as a socket gives them. */
    private void say(RawFrame frame) {
      byte[] bytes = frame.masked().bytes();
      int from = 0;
      while (from < bytes.length) {
        int to = Math.min(bytes.length, from + 1 + random.nextInt(2000));
        probe.bytes(Arrays.copyOfRange(bytes, from, to));
        from = to;
      }
    }
  }
}
