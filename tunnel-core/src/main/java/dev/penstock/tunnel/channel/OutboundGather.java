package dev.penstock.tunnel.channel;

import dev.penstock.tunnel.session.Session;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundBuffer;

/**
 * Gathers what a flush left in the outbound buffer into messages of the session.
 *
 * <p>HTTP/2 writes a 9-byte header and at most 16 KiB of data for each frame. Sent one by one, each
 * would be a WebSocket frame, a masking key and a socket write of its own; gathered, many share
 * them. This is the one copy of payload in the tunnel, and it lands in the buffer that is masked
 * and written to the socket. Event loop only.
 */
final class OutboundGather {
  private OutboundGather() {}

  /** Moves up to one message from {@code out} to {@code session}. */
  static void sendNext(ChannelOutboundBuffer out, Session session) {
    int size = flushedBytes(out, session.sendableBytes());
    if (size == 0) {
      out.remove(); // an empty buffer, there for its promise
      return;
    }
    ByteBuf message = session.allocate(size);
    int left = size;
    while (left > 0) {
      ByteBuf next = (ByteBuf) out.current();
      int length = Math.min(next.readableBytes(), left);
      message.writeBytes(next, next.readerIndex(), length);
      out.removeBytes(length);
      left -= length;
    }
    session.send(message);
  }

  private static int flushedBytes(ChannelOutboundBuffer out, int limit) {
    int[] sum = {0};
    try {
      out.forEachFlushedMessage(
          message -> {
            sum[0] += ((ByteBuf) message).readableBytes();
            return sum[0] < limit;
          });
    } catch (Exception e) {
      throw new AssertionError("the processor throws nothing", e);
    }
    return Math.min(sum[0], limit);
  }
}
