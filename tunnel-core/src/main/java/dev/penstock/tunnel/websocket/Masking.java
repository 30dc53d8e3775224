package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Masks and unmasks payload in place (RFC 6455 §5.3: octet {@code i} is XORed with key octet {@code
 * i mod 4}).
 *
 * <p>Payload flows from client to server, so each of its bytes passes here twice, once on either
 * side. It is therefore done eight bytes at a time, on the NIO view of the buffer: one bounds check
 * for eight bytes, on an access that the JIT compiles to a plain load and store.
 */
final class Masking {
  private Masking() {}

  /**
   * Applies {@code key} to {@code length} bytes from {@code index}, reader and writer index
   * untouched.
   *
   * @return the key to continue with, rotated by {@code length mod 4} octets, so that a payload can
   *     be unmasked piece by piece as it arrives
   */
  static int apply(ByteBuf buffer, int index, int length, int key) {
    if (buffer.nioBufferCount() == 1) {
      return apply(buffer.internalNioBuffer(index, length), key);
    }
    int rotated = key;
    for (ByteBuffer part : buffer.nioBuffers(index, length)) {
      rotated = apply(part, rotated);
    }
    return rotated;
  }

  /** Applies {@code key} from position to limit; big-endian order is a precondition. */
  private static int apply(ByteBuffer buffer, int key) {
    int i = buffer.position();
    int end = buffer.limit();
    long wideKey = ((long) key << 32) | (key & 0xffff_ffffL);
    for (; i <= end - 32; i += 32) {
      buffer.putLong(i, buffer.getLong(i) ^ wideKey);
      buffer.putLong(i + 8, buffer.getLong(i + 8) ^ wideKey);
      buffer.putLong(i + 16, buffer.getLong(i + 16) ^ wideKey);
      buffer.putLong(i + 24, buffer.getLong(i + 24) ^ wideKey);
    }
    for (; i <= end - 4; i += 4) {
      buffer.putInt(i, buffer.getInt(i) ^ key);
    }
    int rotated = key;
    for (; i < end; i++) {
      buffer.put(i, (byte) (buffer.get(i) ^ (rotated >>> 24)));
      rotated = Integer.rotateLeft(rotated, 8);
    }
    return rotated;
  }
}
