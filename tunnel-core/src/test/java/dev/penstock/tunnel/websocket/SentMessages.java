package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/** Makes sent messages for carriers that are not WebSockets. */
public final class SentMessages {
  private SentMessages() {}

  /** A message that went out as it is, unmasked; takes over the reference. */
  public static SentMessage plain(ByteBuf payload) {
    return new SentMessage(payload, payload.readerIndex(), payload.readableBytes(), 0);
  }
}
