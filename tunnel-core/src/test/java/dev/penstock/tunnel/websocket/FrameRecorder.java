package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a decoder finds; copies and releases the pieces. */
final class FrameRecorder implements FrameListener {
  final ByteArrayOutputStream binary = new ByteArrayOutputStream();
  int ends;
  final List<String> events = new ArrayList<>();

  @Override
  public void onBinary(ByteBuf piece) {
    byte[] bytes = new byte[piece.readableBytes()];
    piece.readBytes(bytes).release();
    binary.writeBytes(bytes);
  }

  @Override
  public void onBinaryEnd() {
    ends++;
  }

  @Override
  public void onText(String text) {
    events.add("text " + text);
  }

  @Override
  public void onPing(byte[] payload) {
    events.add("ping " + new String(payload, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void onPong(byte[] payload) {
    events.add("pong " + new String(payload, StandardCharsets.ISO_8859_1));
  }

  @Override
  public void onClose(int code, String reason) {
    events.add("close " + code + " " + reason);
  }
}
