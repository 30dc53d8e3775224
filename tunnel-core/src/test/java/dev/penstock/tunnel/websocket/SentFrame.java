package dev.penstock.tunnel.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/** Reads one unmasked frame of less than 64 KiB, independently of the decoder. */
final class SentFrame {
  private SentFrame() {}

  static String describe(ByteBuf frame) {
    int opcode = frame.readUnsignedByte() & 0x0f;
    int length = frame.readUnsignedByte();
    if (length == 126) {
      length = frame.readUnsignedShort();
    }
    String code = "";
    if (opcode == 8 && length >= 2) {
      code = frame.readUnsignedShort() + " ";
      length -= 2;
    }
    return name(opcode) + " " + code + frame.readSlice(length).toString(UTF_8);
  }

  private static String name(int opcode) {
    return switch (opcode) {
      case 1 -> "text";
      case 2 -> "binary";
      case 8 -> "close";
      case 9 -> "ping";
      case 10 -> "pong";
      default -> "opcode " + opcode;
    };
  }
}
