package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/**
 * A message that was sent, kept so that its payload can be sent once more.
 *
 * <p>It is a reference to the very buffer that went to the socket, masked or not, and not a copy:
 * keeping a message costs nothing but its memory. Whoever holds it gives it back with {@link
 * #release}. Event loop only.
 */
public final class SentMessage {
  private final ByteBuf frame;
  private final int payloadIndex;
  private final int bytes;
  private final int key;

  /**
   * @param frame of which this takes over one reference
   * @param key with which the payload was masked; 0 when it was not, as masking with 0 is none
   */
  SentMessage(ByteBuf frame, int payloadIndex, int bytes, int key) {
    this.frame = frame;
    this.payloadIndex = payloadIndex;
    this.bytes = bytes;
    this.key = key;
  }

  /** Length of the payload. */
  public int bytes() {
    return bytes;
  }

  /** Writes the payload, from its octet {@code from} on, as it was before it was masked. */
  public void copyTo(ByteBuf target, int from) {
    int start = target.writerIndex();
    target.writeBytes(frame, payloadIndex + from, bytes - from);
    if (key != 0) {
      int keyThere = Integer.rotateLeft(key, Byte.SIZE * (from % Integer.BYTES));
      Masking.apply(target, start, bytes - from, keyThere);
    }
  }

  /** Gives the buffer back. */
  public void release() {
    frame.release();
  }
}
