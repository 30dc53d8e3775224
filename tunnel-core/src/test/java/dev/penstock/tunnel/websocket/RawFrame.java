package dev.penstock.tunnel.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A frame written byte by byte, so that it can also be what no encoder of ours would make. */
public final class RawFrame {
  private static final byte[] KEY = {0x12, (byte) 0xf3, 0x00, (byte) 0x99};

  private int firstByte;
  private boolean masked;
  private byte[] payload = {};
  private int lengthBytes = -1;
  private long statedLength = -1;

  private RawFrame(int firstByte) {
    this.firstByte = firstByte;
  }

  public static RawFrame of(int opcode) {
    return new RawFrame(0x80 | opcode);
  }

  public static RawFrame binary(byte[] payload) {
    return of(Opcode.BINARY).payload(payload);
  }

  public static RawFrame text(String text) {
    return of(Opcode.TEXT).payload(text.getBytes(StandardCharsets.UTF_8));
  }

  public static RawFrame ping(String payload) {
    return of(Opcode.PING).payload(payload.getBytes(StandardCharsets.UTF_8));
  }

  public static RawFrame continuation(byte[] payload) {
    return of(Opcode.CONTINUATION).payload(payload);
  }

  public static RawFrame close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    return of(Opcode.CLOSE)
        .payload(ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
  }

  public RawFrame payload(byte[] bytes) {
    this.payload = bytes.clone();
    return this;
  }

  /** As a client sends it. */
  public RawFrame masked() {
    this.masked = true;
    return this;
  }

  /** More fragments follow. */
  public RawFrame notFinal() {
    firstByte &= 0x7f;
    return this;
  }

  RawFrame reservedBits(int bits) {
    firstByte |= bits << 4;
    return this;
  }

  /** Writes the length in 2 or 8 bytes whether that is needed or not. */
  RawFrame lengthIn(int bytes) {
    this.lengthBytes = bytes;
    return this;
  }

  /** States a length that the payload need not have. */
  public RawFrame stating(long length) {
    this.statedLength = length;
    return this;
  }

  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(firstByte);
    putLength(out, statedLength == -1 ? payload.length : statedLength);
    if (masked) {
      out.writeBytes(KEY);
    }
    for (int i = 0; i < payload.length; i++) {
      out.write(masked ? payload[i] ^ KEY[i % 4] : payload[i]);
    }
    return out.toByteArray();
  }

  private void putLength(ByteArrayOutputStream out, long length) {
    int maskBit = masked ? 0x80 : 0;
    int bytes = lengthBytes >= 0 ? lengthBytes : shortest(length);
    switch (bytes) {
      case 0 -> out.write(maskBit | (int) length);
      case 2 -> {
        out.write(maskBit | 126);
        out.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
      }
      default -> {
        out.write(maskBit | 127);
        out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
      }
    }
  }

  private static int shortest(long length) {
    if (length < 0 || length > 0xffff) {
      return 8;
    }
    return length < 126 ? 0 : 2;
  }
}
