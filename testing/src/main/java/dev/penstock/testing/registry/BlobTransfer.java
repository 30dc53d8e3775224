package dev.penstock.testing.registry;

import dev.penstock.testing.image.Blob;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelFutureListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http.DefaultHttpContent;
import io.grpc.netty.shaded.io.netty.handler.codec.http.LastHttpContent;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One body on its way to one connection, sent as fast as the socket takes it and no faster.
 *
 * <p>Event loop only. Its owner calls {@link #pump} when the body may begin and whenever the
 * channel became writable again, and {@link #cut} when the connection ended.
 */
final class BlobTransfer {
  private static final int PIECE_BYTES = 128 * 1024;

  private final Channel channel;
  private final Blob blob;
  private final Traffic traffic;
  private final long end;
  private final long stopsAt;
  private long position;
  private boolean pumping;
  private boolean stopped;
  private boolean ended;

  BlobTransfer(Channel channel, Blob blob, ByteRange range, Traffic traffic) {
    this.channel = channel;
    this.blob = blob;
    this.traffic = traffic;
    this.position = range.first();
    this.end = range.end() + (blob instanceof FaultyBlob faulty ? faulty.overrun() : 0);
    this.stopsAt = Math.min(end, blob instanceof FaultyBlob faulty ? faulty.stopsAt() : end);
    traffic.begun();
  }

  boolean ended() {
    return ended;
  }

  /** Sends what the channel takes. A flush can make the channel writable and call this again. */
  void pump() {
    if (pumping || ended) {
      return;
    }
    pumping = true;
    try {
      while (position < stopsAt && channel.isWritable()) {
        writeWhileWritable();
        channel.flush();
      }
    } finally {
      pumping = false;
    }
    if (position >= stopsAt && !stopped) {
      stopped = true;
      stop();
    }
  }

  private void writeWhileWritable() {
    while (position < stopsAt && channel.isWritable()) {
      ByteBuffer piece = blob.read(position, (int) Math.min(PIECE_BYTES, stopsAt - position));
      int bytes = piece.remaining();
      position += bytes;
      var unused =
          channel
              .write(new DefaultHttpContent(Unpooled.wrappedBuffer(piece)))
              .addListener(done -> count(done.isSuccess(), bytes));
    }
  }

  private void count(boolean written, int bytes) {
    if (written) {
      traffic.wrote(bytes);
    }
  }

  private void stop() {
    if (position == end) {
      var unused = channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      finish();
    } else if (blob instanceof FaultyBlob faulty && faulty.fault() instanceof Fault.CloseAt) {
      var unused =
          channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
    // A stalled transfer stays open until its connection ends.
  }

  /** Its connection has ended. */
  void cut() {
    finish();
  }

  /** Ends the connection after that time, unless the body has been sent whole by then. */
  void endAfter(Duration patience) {
    channel.eventLoop().schedule(this::cutOff, patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void cutOff() {
    if (!ended) {
      var unused = channel.close();
    }
  }

  private void finish() {
    if (!ended) {
      ended = true;
      traffic.ended();
    }
  }
}
