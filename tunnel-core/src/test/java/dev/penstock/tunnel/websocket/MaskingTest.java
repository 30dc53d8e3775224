package dev.penstock.tunnel.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.CompositeByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.PooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The word-wise masking against RFC 6455 §5.3 taken literally. */
class MaskingTest {
  private static final int KEY = 0x8a_01_ff_5c;
  private static final int MAX_LENGTH = 200;
  private static final int ALIGNMENTS = 8;

  private enum Memory {
    HEAP,
    DIRECT,
    POOLED_DIRECT,
    SLICE,
    COMPOSITE;

    ByteBuf holding(byte[] bytes) {
      return switch (this) {
        case HEAP -> Unpooled.copiedBuffer(bytes);
        case DIRECT -> filled(UnpooledByteBufAllocator.DEFAULT, bytes);
        case POOLED_DIRECT -> filled(PooledByteBufAllocator.DEFAULT, bytes);
        case SLICE -> Unpooled.copiedBuffer(new byte[5], bytes).slice(5, bytes.length);
        case COMPOSITE -> composite(bytes);
      };
    }

    private static ByteBuf filled(ByteBufAllocator allocator, byte[] bytes) {
      return allocator.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    /** Components of 7 bytes: none is a multiple of the key, and words straddle every border. */
    private static CompositeByteBuf composite(byte[] bytes) {
      CompositeByteBuf composite = Unpooled.compositeBuffer(64);
      for (int at = 0; at < bytes.length; at += 7) {
        int length = Math.min(7, bytes.length - at);
        composite.addComponent(true, Unpooled.copiedBuffer(bytes, at, length));
      }
      return composite;
    }
  }

  static Stream<Memory> memories() {
    return Stream.of(Memory.values());
  }

  @ParameterizedTest
  @MethodSource("memories")
  void apply_isTheRfcsByteWiseXor_atEveryLengthAndAlignment(Memory memory) {
    byte[] original = random(MAX_LENGTH + ALIGNMENTS + 1, 1);
    for (int start = 0; start < ALIGNMENTS; start++) {
      for (int length = 0; length <= MAX_LENGTH; length++) {
        byte[] expected = naive(original, start, length, KEY);
        ByteBuf buffer = memory.holding(original);
        int rotated = Masking.apply(buffer, start, length, KEY);
        assertThat(ByteBufUtil.getBytes(buffer))
            .as("%s from %s", length, start)
            .isEqualTo(expected);
        assertThat(rotated).isEqualTo(Integer.rotateLeft(KEY, 8 * (length % 4)));
        assertThat(buffer.readerIndex()).isZero();
        assertThat(buffer.writerIndex()).isEqualTo(original.length);
        buffer.release();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("memories")
  void apply_goesOnWithTheRotatedKey_whereverThePayloadIsCut(Memory memory) {
    byte[] original = random(70, 2);
    byte[] expected = naive(original, 0, original.length, KEY);
    for (int cut = 0; cut <= original.length; cut++) {
      ByteBuf buffer = memory.holding(original);
      int key = Masking.apply(buffer, 0, cut, KEY);
      Masking.apply(buffer, cut, original.length - cut, key);
      assertThat(ByteBufUtil.getBytes(buffer)).as("cut at %s", cut).isEqualTo(expected);
      buffer.release();
    }
  }

  @Test
  void keys_differFromFrameToFrame() {
    MaskingKeys keys = new MaskingKeys();
    assertThat(Stream.generate(keys::next).limit(1_000).distinct().count()).isGreaterThan(990);
  }

  private static byte[] naive(byte[] bytes, int start, int length, int key) {
    byte[] masked = bytes.clone();
    for (int i = 0; i < length; i++) {
      masked[start + i] ^= (byte) (key >>> (24 - 8 * (i % 4)));
    }
    return masked;
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
