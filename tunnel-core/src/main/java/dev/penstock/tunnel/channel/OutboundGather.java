package dev.penstock.tunnel.channel;

import dev.penstock.tunnel.session.Session;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundBuffer;
import java.util.function.Predicate;

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

  /**
   * Moves up to one message from {@code out} to {@code session}.
   *
   * <p>The bytes are sent before they are removed: removing completes promises, and a promise may
   * close the channel, as HTTP/2 does behind its last frame.
   */
  static void sendNext(ChannelOutboundBuffer out, Session session) {
    int size = flushedBytes(out, session.sendableBytes());
    if (size > 0) {
      ByteBuf message = session.allocate(size);
      forEachFlushed(out, next -> copy(next, message, size));
      session.send(message);
    }
    out.removeBytes(size); // for 0 this removes empty buffers, which are there for their promise
  }

  private static boolean copy(ByteBuf next, ByteBuf message, int size) {
    int length = Math.min(next.readableBytes(), size - message.readableBytes());
    message.writeBytes(next, next.readerIndex(), length);
    return message.readableBytes() < size;
  }

  private static int flushedBytes(ChannelOutboundBuffer out, int limit) {
    int[] sum = {0};
    forEachFlushed(
        out,
        next -> {
          sum[0] += next.readableBytes();
          return sum[0] < limit;
        });
    return Math.min(sum[0], limit);
  }

  /** Goes through what was flushed for as long as {@code goOn} says so. */
  private static void forEachFlushed(ChannelOutboundBuffer out, Predicate<ByteBuf> goOn) {
    try {
      out.forEachFlushedMessage(message -> goOn.test((ByteBuf) message));
    } catch (Exception e) {
      throw new AssertionError("a predicate throws nothing that is checked", e);
    }
  }
}
