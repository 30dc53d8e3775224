package dev.penstock.tunnel.session;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/** Who stands above a session that nobody wants and that is about to be closed. */
final class Unwanted implements SessionListener {
  @Override
  public void onBytes(ByteBuf bytes) {
    bytes.release();
  }

  @Override
  public void onReadComplete() {
    // Nothing was kept.
  }

  @Override
  public void onWritable() {
    // Nothing is to be sent.
  }

  @Override
  public void onClosed(SessionClosed closed) {
    // As intended.
  }
}
