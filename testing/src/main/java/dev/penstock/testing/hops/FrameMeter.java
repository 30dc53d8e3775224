package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/**
 * Reads the frames (RFC 6455 §5.2) in a stream of bytes as they pass, and adds up how large the
 * message is that they make. Event loop only.
 */
final class FrameMeter {
  private static final int LENGTH_IS_16_BITS = 126;
  private static final int LENGTH_IS_64_BITS = 127;
  private static final int FIRST_CONTROL_OPCODE = 8;

  private final byte[] head = new byte[14];
  private int headBytes;
  private long payloadLeft;
  private long messageBytes;

  /** Looks at these bytes without consuming them; the largest size that a message had reached. */
  long largestIn(ByteBuf bytes) {
    long largest = 0;
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      if (payloadLeft > 0) {
        int skipped = (int) Math.min(payloadLeft, bytes.writerIndex() - at);
        payloadLeft -= skipped;
        at += skipped;
      } else {
        head[headBytes++] = bytes.getByte(at++);
        if (isHeadComplete()) {
          largest = Math.max(largest, begin());
        }
      }
    }
    return largest;
  }

  private boolean isHeadComplete() {
    return headBytes >= 2 && headBytes == 2 + lengthBytes() + (isMasked() ? 4 : 0);
  }

  /** A frame begins: how large its message is with it. */
  private long begin() {
    payloadLeft = payloadBytes();
    headBytes = 0;
    int opcode = head[0] & 0x0f;
    if (opcode >= FIRST_CONTROL_OPCODE) {
      return 0;
    }
    long size = messageBytes + payloadLeft;
    boolean isFinal = (head[0] & 0x80) != 0;
    messageBytes = isFinal ? 0 : size;
    return size;
  }

  private boolean isMasked() {
    return (head[1] & 0x80) != 0;
  }

  private int lengthBytes() {
    return switch (head[1] & 0x7f) {
      case LENGTH_IS_16_BITS -> Short.BYTES;
      case LENGTH_IS_64_BITS -> Long.BYTES;
      default -> 0;
    };
  }

  private long payloadBytes() {
    int bytes = lengthBytes();
    long length = bytes == 0 ? head[1] & 0x7f : 0;
    for (int i = 0; i < bytes; i++) {
      length = (length << 8) | (head[2 + i] & 0xff);
    }
    return Math.max(0, length);
  }
}
