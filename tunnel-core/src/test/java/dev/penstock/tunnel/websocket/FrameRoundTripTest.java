package dev.penstock.tunnel.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the encoder makes the decoder understands, however the network cuts it. */
class FrameRoundTripTest {
  private static final int MAX_MESSAGE_BYTES = 128 * 1024;

  private final FrameRecorder received = new FrameRecorder();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, MAX_MESSAGE_BYTES})
  void roundTrip_keepsEveryLengthClass(int length) throws Exception {
    byte[] message = random(new Random(length), length);
    for (boolean dialling : new boolean[] {true, false}) {
      ByteBuf frame = encoded(new FrameEncoder(!dialling), Opcode.BINARY, message);
      FrameRecorder recorder = new FrameRecorder();
      new FrameDecoder(settings(dialling), recorder).decode(frame);
      assertThat(recorder.binary.toByteArray()).isEqualTo(message);
      assertThat(recorder.ends).isEqualTo(1);
      assertThat(frame.isReadable()).isFalse();
      assertThat(frame.release()).as("nobody else holds the frame").isTrue();
    }
  }

  @Test
  void encode_putsMaskedPayloadBehindTheShortestHeader() {
    ByteBuf masked = encoded(new FrameEncoder(false), Opcode.BINARY, new byte[125]);
    ByteBuf plain = encoded(new FrameEncoder(true), Opcode.BINARY, new byte[126]);
    assertThat(masked.readableBytes()).isEqualTo(2 + 4 + 125);
    assertThat(plain.readableBytes()).isEqualTo(2 + 2 + 126);
    int key = masked.skipBytes(2).readInt();
    assertThat(masked.readInt()).as("zeros show the key").isEqualTo(key);
    masked.release();
    plain.release();
  }

  @RepeatedTest(50)
  void roundTrip_survivesAnyCutOfTheByteStream() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    boolean dialling = random.nextBoolean();
    FrameEncoder encoder = new FrameEncoder(!dialling);
    ByteArrayOutputStream binary = new ByteArrayOutputStream();
    List<String> events = new ArrayList<>();
    ByteBuf wire = Unpooled.buffer();
    for (int i = 0; i < 40; i++) {
      append(wire, encoder, random, binary, events);
    }
    decodeInPieces(new FrameDecoder(settings(dialling), received), wire, random);
    assertThat(received.events).as("seed %s", seed).isEqualTo(events);
    assertThat(received.binary.toByteArray()).as("seed %s", seed).isEqualTo(binary.toByteArray());
  }

  @RepeatedTest(50)
  void decode_joinsAnyFragmentsWithControlFramesBetween() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    byte[] message = random(random, 1 + random.nextInt(5_000));
    boolean text = random.nextBoolean();
    if (text) {
      message = "grüße ✓ ".repeat(1 + random.nextInt(200)).getBytes(UTF_8);
    }
    ByteBuf wire = Unpooled.buffer();
    int pings = 0;
    int at = 0;
    do {
      int length = random.nextInt(message.length - at + 1);
      byte[] fragment = Arrays.copyOfRange(message, at, at + length);
      int opcode = at == 0 && !wire.isReadable() ? text ? Opcode.TEXT : Opcode.BINARY : 0;
      wire.writeBytes(RawFrame.of(opcode).payload(fragment).notFinal().masked().bytes());
      at += length;
      if (random.nextInt(3) == 0) {
        wire.writeBytes(RawFrame.ping("between").masked().bytes());
        pings++;
      }
    } while (at < message.length);
    wire.writeBytes(RawFrame.continuation(new byte[0]).masked().bytes());

    decodeInPieces(new FrameDecoder(settings(true), received), wire, random);
    List<String> others = received.events.stream().filter(e -> !e.equals("ping between")).toList();
    assertThat(received.events).as("seed %s", seed).hasSize(pings + (text ? 1 : 0));
    if (text) {
      assertThat(others).as("seed %s", seed).containsExactly("text " + new String(message, UTF_8));
    } else {
      assertThat(received.binary.toByteArray()).as("seed %s", seed).isEqualTo(message);
    }
  }

  private static void append(
      ByteBuf wire,
      FrameEncoder encoder,
      Random random,
      ByteArrayOutputStream binary,
      List<String> events) {
    byte[] payload;
    int opcode;
    switch (random.nextInt(4)) {
      case 0 -> {
        opcode = Opcode.PING;
        payload = new byte[random.nextInt(126)];
        events.add("ping " + "\0".repeat(payload.length));
      }
      case 1 -> {
        opcode = Opcode.TEXT;
        payload = ("ack " + random.nextInt(1_000_000)).getBytes(UTF_8);
        events.add("text " + new String(payload, UTF_8));
      }
      default -> {
        opcode = Opcode.BINARY;
        payload = random(random, random.nextInt(random.nextBoolean() ? 200 : 70_000));
        binary.writeBytes(payload);
      }
    }
    ByteBuf frame = encoded(encoder, opcode, payload);
    wire.writeBytes(frame);
    frame.release();
  }

  private static void decodeInPieces(FrameDecoder decoder, ByteBuf wire, Random random)
      throws WebSocketException {
    while (wire.isReadable()) {
      int most = random.nextBoolean() ? 10 : 20_000;
      int length = Math.min(wire.readableBytes(), 1 + random.nextInt(most));
      ByteBuf piece = wire.readBytes(length);
      decoder.decode(piece);
      assertThat(piece.release()).as("nobody else holds the piece").isTrue();
    }
    wire.release();
  }

  private static ByteBuf encoded(FrameEncoder encoder, int opcode, byte[] payload) {
    ByteBuf message = FrameEncoder.allocate(ByteBufAllocator.DEFAULT, payload.length);
    return encoder.encode(opcode, message.writeBytes(payload));
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static WebSocketSettings settings(boolean accepting) {
    return new WebSocketSettings(accepting, MAX_MESSAGE_BYTES, Duration.ofSeconds(20));
  }
}
