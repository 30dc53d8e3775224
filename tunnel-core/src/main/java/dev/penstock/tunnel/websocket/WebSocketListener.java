package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/**
 * What happens on a {@link WebSocket}. All calls come on its event loop, in the order of the wire,
 * and none after {@link #onClosed}.
 */
public interface WebSocketListener {
  /** A piece of a binary message, as it arrived. The callee owns it and releases it. */
  void onBinary(ByteBuf piece);

  /** The binary message whose pieces came last is whole. For those to whom borders mean much. */
  default void onBinaryEnd() {}

  /** A whole text message. */
  void onText(String text);

  /** The answer to a ping, ours or the heartbeat's, with the ping's payload. */
  default void onPong(byte[] payload) {}

  /** The bytes that the socket had ready have all been delivered. */
  void onReadComplete();

  /** {@link WebSocket#isWritable()} has changed. */
  void onWritabilityChanged();

  /**
   * The connection is over, exactly once.
   *
   * @param code the peer's or our own close code; {@link CloseCode#ABNORMAL} when neither side said
   *     why
   */
  void onClosed(int code, String reason);
}
