package dev.penstock.tunnel.session;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The counts of a session's receiving side: what has come, what was taken in, what the peer knows.
 *
 * <p>An acknowledgement is due for each {@link #BYTES_PER_ACK} consumed, which costs two dozen
 * bytes for two messages of the largest default size, and {@link #LATEST} after the first
 * unacknowledged byte, so that a peer that has gone quiet keeps nothing for us. Event loop only,
 * but for {@link #receivedBytes}.
 */
final class Inbound {
  /**
   * Often enough that the peer goes on with buffers that its cache still holds: once for 2 MiB
   * instead cost a fifth of the throughput on loopback.
   */
  static final int BYTES_PER_ACK = 256 * 1024;

  private static final Duration LATEST = Duration.ofMillis(250);
  private static final long NOT_MOVING = -1;

  private final int windowBytes;
  private final EventLoop loop;
  private final Runnable onAckDue;

  // Written by the event loop, read by anybody for statistics.
  private volatile long receivedBytes;

  private long consumedBytes;
  private long ackSentBytes;
  private boolean late;
  private boolean stopped;

  /** From where on the next carrier will bring bytes, while one is under way. */
  private long movingFrom = NOT_MOVING;

  /** Bytes that the present carrier brings a second time. */
  private long repeatedBytes;

  private @Nullable ScheduledFuture<?> latest;

  Inbound(int windowBytes, EventLoop loop, Runnable onAckDue) {
    this.windowBytes = windowBytes;
    this.loop = loop;
    this.onAckDue = onAckDue;
  }

  long receivedBytes() {
    return receivedBytes;
  }

  long consumedBytes() {
    return consumedBytes;
  }

  /**
   * Counts what has come.
   *
   * @return what of it is new, perhaps nothing; null, and the buffer is released, when the peer may
   *     not have sent so much
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
  @Nullable ByteBuf received(ByteBuf bytes) {
    int repeated = (int) Math.min(repeatedBytes, bytes.readableBytes());
    repeatedBytes -= repeated;
    bytes.skipBytes(repeated);
    receivedBytes += bytes.readableBytes();
    if (receivedBytes - ackSentBytes > windowBytes) {
      bytes.release();
      return null;
    }
    return bytes;
  }

  void consumed(int bytes) {
    consumedBytes += bytes;
    if (latest == null && !stopped) {
      latest = loop.schedule(this::late, LATEST.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (isAckDue()) {
      onAckDue.run();
    }
  }

  private void late() {
    latest = null;
    late = true;
    onAckDue.run();
  }

  boolean isAckDue() {
    long unacknowledged = acknowledgeable() - ackSentBytes;
    return unacknowledged >= BYTES_PER_ACK || (late && unacknowledged > 0);
  }

  /** What the peer may forget. */
  private long acknowledgeable() {
    return movingFrom == NOT_MOVING ? consumedBytes : Math.min(consumedBytes, movingFrom);
  }

  /** Returns the count for an acknowledgement that is sent now. */
  long acknowledge() {
    ackSentBytes = Math.max(ackSentBytes, acknowledgeable());
    late &= ackSentBytes < consumedBytes; // what a move holds back is due when it ends
    return ackSentBytes;
  }

  long beginMove() {
    movingFrom = receivedBytes;
    return movingFrom;
  }

  void endMove() {
    movingFrom = NOT_MOVING;
  }

  /** A new carrier is there: it begins where the move began, or where the last one ended. */
  void skipRepeated() {
    repeatedBytes = movingFrom == NOT_MOVING ? 0 : receivedBytes - movingFrom;
    endMove();
  }

  void stop() {
    stopped = true;
    if (latest != null) {
      latest.cancel(false);
    }
  }
}
