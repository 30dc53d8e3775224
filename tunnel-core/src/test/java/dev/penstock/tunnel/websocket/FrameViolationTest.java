package dev.penstock.tunnel.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way of breaking RFC 6455, and the close code that it earns. */
class FrameViolationTest {
  private static final int MAX_MESSAGE_BYTES = 1000;
  private static final byte[] BAD_UTF8 = {'a', (byte) 0xc3, '('};

  private final FrameRecorder received = new FrameRecorder();

  private record Violation(String name, int closeCode, boolean accepting, List<RawFrame> frames) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Violation> violations() {
    return Stream.of(
            reserved(),
            framing(),
            Stream.of(
                accepted("text that is not UTF-8", 1007, RawFrame.text("").payload(BAD_UTF8)),
                accepted("text cut in a character", 1007, RawFrame.text("").payload(cut())),
                accepted("a close reason that is not UTF-8", 1007, closeWithBadReason())),
            sizes())
        .flatMap(violation -> violation);
  }

  private static Stream<Violation> reserved() {
    Stream<Violation> bits =
        IntStream.of(1, 2, 4, 7)
            .mapToObj(
                bit ->
                    accepted(
                        "reserved bits " + bit,
                        1002,
                        RawFrame.binary(new byte[3]).reservedBits(bit)));
    Stream<Violation> opcodes =
        IntStream.of(3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf)
            .mapToObj(opcode -> accepted("opcode " + opcode, 1002, RawFrame.of(opcode)));
    Stream<Violation> codes =
        IntStream.of(0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535)
            .mapToObj(code -> accepted("close code " + code, 1002, RawFrame.close(code, "")));
    return Stream.of(bits, opcodes, codes).flatMap(violation -> violation);
  }

  private static Stream<Violation> framing() {
    byte[] some = new byte[3];
    return Stream.of(
        new Violation("a client that does not mask", 1002, true, List.of(RawFrame.binary(some))),
        new Violation("a server that masks", 1002, false, List.of(RawFrame.binary(some).masked())),
        accepted("a fragmented ping", 1002, RawFrame.ping("").notFinal()),
        accepted("a fragmented close", 1002, RawFrame.close(1000, "").notFinal()),
        accepted("a ping of 126 bytes", 1002, RawFrame.ping("x".repeat(126))),
        accepted("a close frame of one byte", 1002, RawFrame.of(Opcode.CLOSE).payload(new byte[1])),
        accepted("125 in 16 bits", 1002, RawFrame.binary(new byte[125]).lengthIn(2)),
        accepted("125 in 64 bits", 1002, RawFrame.binary(new byte[125]).lengthIn(8)),
        accepted("65535 in 64 bits", 1002, RawFrame.binary(some).stating(65_535).lengthIn(8)),
        accepted("a negative length", 1002, RawFrame.binary(some).stating(Long.MIN_VALUE)),
        accepted("a continuation of nothing", 1002, RawFrame.continuation(some)),
        accepted(
            "a continuation after the end",
            1002,
            RawFrame.binary(some).notFinal(),
            RawFrame.continuation(some),
            RawFrame.continuation(some)),
        accepted(
            "a message within a message",
            1002,
            RawFrame.binary(some).notFinal(),
            RawFrame.binary(some)),
        accepted(
            "text within a binary message",
            1002,
            RawFrame.binary(some).notFinal(),
            RawFrame.text("ack 1")));
  }

  private static Stream<Violation> sizes() {
    byte[] limit = new byte[MAX_MESSAGE_BYTES];
    return Stream.of(
        accepted("a byte above the limit", 1009, RawFrame.binary(new byte[limit.length + 1])),
        accepted("two gibibytes announced", 1009, RawFrame.binary(limit).stating(1L << 31)),
        accepted("the longest length", 1009, RawFrame.binary(limit).stating(Long.MAX_VALUE)),
        accepted(
            "a byte above the limit over fragments",
            1009,
            RawFrame.binary(limit).notFinal(),
            RawFrame.continuation(new byte[0]).notFinal(),
            RawFrame.continuation(new byte[1])),
        accepted(
            "a sum that overflows",
            1009,
            RawFrame.binary(new byte[1]).notFinal(),
            RawFrame.continuation(limit).stating(Long.MAX_VALUE)),
        accepted("text above its limit", 1009, RawFrame.text("x".repeat(4097))));
  }

  private static Violation accepted(String name, int closeCode, RawFrame... frames) {
    for (RawFrame frame : frames) {
      frame.masked();
    }
    return new Violation(name, closeCode, true, List.of(frames));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("violations")
  void decode_failsWithTheCodeOfTheViolation(Violation violation) {
    FrameDecoder decoder = new FrameDecoder(settings(violation.accepting()), received);
    ByteBuf wire = Unpooled.buffer();
    for (RawFrame frame : violation.frames()) {
      wire.writeBytes(frame.bytes());
    }
    WebSocketException thrown =
        catchThrowableOfType(WebSocketException.class, () -> decoder.decode(wire));
    assertThat(thrown).isNotNull();
    assertThat(thrown.closeCode()).isEqualTo(violation.closeCode());
    assertThat(thrown).message().isNotBlank();
    assertThat(wire.release()).as("nobody else holds the bytes").isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 4000, 4999})
  void decode_takesCloseCodesThatMayBeSent(int code) throws Exception {
    FrameDecoder decoder = new FrameDecoder(settings(true), received);
    decoder.decode(Unpooled.wrappedBuffer(RawFrame.close(code, "weil ✓").masked().bytes()));
    assertThat(received.events).containsExactly("close " + code + " weil ✓");
  }

  @Test
  void decode_takesTheLargestMessageOverFragments() throws Exception {
    FrameDecoder decoder = new FrameDecoder(settings(false), received);
    byte[] half = new byte[MAX_MESSAGE_BYTES / 2];
    decoder.decode(Unpooled.wrappedBuffer(RawFrame.binary(half).notFinal().bytes()));
    decoder.decode(Unpooled.wrappedBuffer(RawFrame.continuation(half).bytes()));
    assertThat(received.binary.size()).isEqualTo(MAX_MESSAGE_BYTES);
  }

  @Test
  void decode_ignoresWhatFollowsTheCloseFrame() throws Exception {
    FrameDecoder decoder = new FrameDecoder(settings(false), received);
    byte[] close = RawFrame.of(Opcode.CLOSE).bytes();
    byte[] garbage = RawFrame.of(0xf).reservedBits(7).bytes();
    decoder.decode(Unpooled.wrappedBuffer(close, RawFrame.text("late").bytes(), garbage));
    decoder.decode(Unpooled.wrappedBuffer(garbage));
    assertThat(received.events).containsExactly("close 1005 ");
  }

  private static byte[] cut() {
    return new byte[] {'a', (byte) 0xe2, (byte) 0x9c};
  }

  private static RawFrame closeWithBadReason() {
    return RawFrame.of(Opcode.CLOSE).payload(new byte[] {3, (byte) 0xe8, (byte) 0xff});
  }

  private static WebSocketSettings settings(boolean accepting) {
    return new WebSocketSettings(accepting, MAX_MESSAGE_BYTES, Duration.ofSeconds(20));
  }
}
