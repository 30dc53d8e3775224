package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/** What {@link FrameDecoder} finds, in the order of the wire. */
interface FrameListener {
  /** A piece of a binary message's payload, unmasked. The callee owns it. */
  void onBinary(ByteBuf piece);

  /** The binary message whose pieces came last is whole. */
  void onBinaryEnd();

  void onText(String text);

  void onPing(byte[] payload);

  void onPong(byte[] payload);

  /** The peer's close frame; {@link CloseCode#NO_STATUS} when it carried no code. */
  void onClose(int code, String reason);
}
