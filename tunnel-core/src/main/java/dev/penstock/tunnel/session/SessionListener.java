package dev.penstock.tunnel.session;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;

/** Who stands above a {@link Session}. Called on its event loop; nothing after {@code onClosed}. */
public interface SessionListener {
  /**
   * The next bytes of the peer, in order. The callee owns the buffer, and reports with {@link
   * Session#consumed} once it has taken the bytes in.
   */
  void onBytes(ByteBuf bytes);

  /** What the line had ready has been delivered. */
  void onReadComplete();

  /** {@link Session#isWritable()} may have turned true. */
  void onWritable();

  /** The session is over, exactly once. */
  void onClosed(SessionClosed closed);
}
