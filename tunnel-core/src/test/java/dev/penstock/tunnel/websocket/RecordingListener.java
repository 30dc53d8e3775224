package dev.penstock.tunnel.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Writes down the events of a WebSocket; releases the buffers. */
final class RecordingListener implements WebSocketListener {
  final List<String> events = new ArrayList<>();

  @Override
  public void onBinary(ByteBuf piece) {
    events.add("binary " + piece.toString(UTF_8));
    piece.release();
  }

  @Override
  public void onText(String text) {
    if (text.equals("fail")) {
      throw new IllegalStateException("a listener with a defect");
    }
    events.add("text " + text);
  }

  @Override
  public void onReadComplete() {
    // Comes with every read; nothing to learn here.
  }

  @Override
  public void onWritabilityChanged() {
    events.add("writability");
  }

  @Override
  public void onClosed(int code, String reason) {
    events.add("closed " + code + " " + reason);
  }
}
