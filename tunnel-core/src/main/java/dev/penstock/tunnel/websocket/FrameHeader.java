package dev.penstock.tunnel.websocket;

import static dev.penstock.tunnel.websocket.WebSocketException.protocolError;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/**
 * Collects one frame header (RFC 6455 §5.2), byte by byte, however the network cut it.
 *
 * <p>At most 14 bytes a frame of up to 128 KiB pass here, so this is written to be read, not to be
 * fast. Event loop only.
 */
final class FrameHeader {
  private static final int LENGTH_IS_16_BITS = 126;
  private static final int LENGTH_IS_64_BITS = 127;
  private static final int MAX_CONTROL_PAYLOAD_BYTES = 125;

  private final boolean expectMasked;

  private int received;
  private int firstByte;
  private int length7;
  private long extendedLength;
  private int key;

  /**
   * @param expectMasked true on the accepting side: clients mask, servers do not (RFC 6455 §5.1)
   */
  FrameHeader(boolean expectMasked) {
    this.expectMasked = expectMasked;
  }

  /**
   * Consumes header bytes from {@code in}.
   *
   * @return true when the header is whole; the next byte is payload, or the next header
   */
  boolean read(ByteBuf in) throws WebSocketException {
    while (in.isReadable() && !isComplete()) {
      accept(in.readUnsignedByte());
    }
    if (!isComplete()) {
      return false;
    }
    checkLengthEncoding();
    return true;
  }

  /** Forgets the frame; the next byte read begins a new header. */
  void reset() {
    received = 0;
    length7 = 0;
    extendedLength = 0;
    key = 0;
  }

  boolean isFinal() {
    return (firstByte & 0x80) != 0;
  }

  int opcode() {
    return firstByte & 0x0f;
  }

  long payloadLength() {
    return length7 < LENGTH_IS_16_BITS ? length7 : extendedLength;
  }

  int maskingKey() {
    return key;
  }

  private void accept(int octet) throws WebSocketException {
    int position = received++;
    if (position == 0) {
      acceptFirst(octet);
    } else if (position == 1) {
      acceptSecond(octet);
    } else if (position < 2 + extendedLengthBytes()) {
      extendedLength = (extendedLength << 8) | octet;
    } else {
      key = (key << 8) | octet;
    }
  }

  private void acceptFirst(int octet) throws WebSocketException {
    firstByte = octet;
    if ((octet & 0x70) != 0) {
      throw protocolError("a reserved bit is set, but no extension was negotiated");
    }
    int opcode = opcode();
    if ((opcode > Opcode.BINARY && opcode < Opcode.CLOSE) || opcode > Opcode.PONG) {
      throw protocolError("reserved opcode " + opcode);
    }
    if (Opcode.isControl(opcode) && !isFinal()) {
      throw protocolError("a control frame must not be fragmented");
    }
  }

  private void acceptSecond(int octet) throws WebSocketException {
    boolean masked = (octet & 0x80) != 0;
    length7 = octet & 0x7f;
    if (masked != expectMasked) {
      throw protocolError(expectMasked ? "a client must mask" : "a server must not mask");
    }
    if (Opcode.isControl(opcode()) && length7 > MAX_CONTROL_PAYLOAD_BYTES) {
      throw protocolError("a control frame carries at most 125 bytes");
    }
  }

  private void checkLengthEncoding() throws WebSocketException {
    boolean minimal =
        switch (length7) {
          case LENGTH_IS_16_BITS -> extendedLength >= LENGTH_IS_16_BITS;
          case LENGTH_IS_64_BITS -> extendedLength < 0 || extendedLength > 0xffff;
          default -> true;
        };
    if (!minimal) {
      throw protocolError("a length is not in its shortest form");
    }
    if (extendedLength < 0) {
      throw protocolError("a 64-bit length has its highest bit set");
    }
  }

  private boolean isComplete() {
    int wanted = 2 + extendedLengthBytes() + (expectMasked ? Integer.BYTES : 0);
    return received >= 2 && received == wanted;
  }

  private int extendedLengthBytes() {
    return switch (length7) {
      case LENGTH_IS_16_BITS -> Short.BYTES;
      case LENGTH_IS_64_BITS -> Long.BYTES;
      default -> 0;
    };
  }
}
