package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufAllocator;

/**
 * Turns messages into single frames (RFC 6455 §5.2), masked when dialling.
 *
 * <p>A message is written into a buffer with head room for the largest header. The header then goes
 * right in front of the payload and the payload is masked where it lies, so that one buffer, and
 * one write, reaches the socket. Event loop only.
 */
final class FrameEncoder {
  /** Two bytes, a 64-bit length, a masking key. */
  static final int HEAD_ROOM_BYTES = 2 + Long.BYTES + Integer.BYTES;

  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;

  private final boolean mask;
  private final MaskingKeys keys = new MaskingKeys();

  /**
   * @param accepting true on the accepting side, which must not mask (RFC 6455 §5.1)
   */
  FrameEncoder(boolean accepting) {
    this.mask = !accepting;
  }

  /** Returns an empty direct buffer for a message, with its head room before the reader index. */
  static ByteBuf allocate(ByteBufAllocator allocator, int payloadBytes) {
    ByteBuf message = allocator.directBuffer(HEAD_ROOM_BYTES + payloadBytes);
    return message.setIndex(HEAD_ROOM_BYTES, HEAD_ROOM_BYTES);
  }

  /** Frames {@code message}, which came from {@link #allocate}, in place and returns it. */
  ByteBuf encode(int opcode, ByteBuf message) {
    int payloadBytes = message.readableBytes();
    int start = message.readerIndex();
    int head = start;
    if (mask) {
      int key = keys.next();
      Masking.apply(message, start, payloadBytes, key);
      head -= Integer.BYTES;
      message.setInt(head, key);
    }
    head = putLength(message, head, payloadBytes);
    message.setByte(--head, FINAL | opcode);
    return message.readerIndex(head);
  }

  /** The key with which the message whose payload begins here was masked; 0 when it was not. */
  int keyOf(ByteBuf frame, int payloadIndex) {
    return mask ? frame.getInt(payloadIndex - Integer.BYTES) : 0;
  }

  private int putLength(ByteBuf message, int end, int payloadBytes) {
    int maskBit = mask ? MASKED : 0;
    if (payloadBytes < 126) {
      message.setByte(end - 1, maskBit | payloadBytes);
      return end - 1;
    }
    if (payloadBytes <= 0xffff) {
      message.setShort(end - Short.BYTES, payloadBytes);
      message.setByte(end - Short.BYTES - 1, maskBit | 126);
      return end - Short.BYTES - 1;
    }
    message.setLong(end - Long.BYTES, payloadBytes);
    message.setByte(end - Long.BYTES - 1, maskBit | 127);
    return end - Long.BYTES - 1;
  }
}
