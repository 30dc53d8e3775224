package dev.penstock.tunnel.websocket.dial;

import dev.penstock.tunnel.websocket.WebSocketListener;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/** Takes everything and does nothing with it. */
final class SilentListener implements WebSocketListener {
  @Override
  public void onBinary(ByteBuf piece) {
    piece.release();
  }

  @Override
  public void onText(String text) {}

  @Override
  public void onReadComplete() {}

  @Override
  public void onWritabilityChanged() {}

  @Override
  public void onClosed(int code, String reason) {}
}
