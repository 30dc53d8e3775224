package dev.penstock.client.service;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one transfer has of the registry and gRPC has not taken: filled by the registry's thread,
 * emptied by the draining one. Its bound is kept by asking {@link #hasRoom} before each read.
 */
final class ReadAhead {
  /** A buffer weighs more than its bytes when these are few: then it is the number that counts. */
  private static final int SMALL_BUFFERS_IN_ONE_READ = 128;

  private final int maxBytes;
  private final int readBytes;
  private final TransferGauges gauges;

  @GuardedBy("this")
  private final Deque<ByteBuf> buffers = new ArrayDeque<>();

  @GuardedBy("this")
  private long bytes;

  /** Reads asked for and not arrived. */
  @GuardedBy("this")
  private int granted;

  /**
   * An empty one.
   *
   * @param readBytes the most that one read brings
   */
  ReadAhead(int maxBytes, int readBytes, TransferGauges gauges) {
    this.maxBytes = maxBytes;
    this.readBytes = readBytes;
    this.gauges = gauges;
  }

  /** What one read brought; takes over the buffer. */
  synchronized void add(ByteBuf arrived) {
    int length = arrived.readableBytes();
    if (length > 0) {
      buffers.add(arrived);
    } else {
      arrived.release();
    }
    bytes += length;
    granted--;
    gauges.add(length, bytes);
  }

  /** Whether one more read fits; always when all is empty. */
  synchronized boolean hasRoom() {
    long cost = Math.max(bytes, (long) buffers.size() * readBytes / SMALL_BUFFERS_IN_ONE_READ);
    boolean isEmpty = granted == 0 && bytes == 0;
    return isEmpty || cost + (long) (granted + 1) * readBytes <= maxBytes;
  }

  /** One more read has been asked for. */
  synchronized void grant() {
    granted++;
  }

  /**
   * Takes up to that many bytes, in order; empty when there is nothing. Whoever takes them releases
   * them.
   */
  synchronized List<ByteBuf> take(int maxTakenBytes) {
    List<ByteBuf> taken = new ArrayList<>(4);
    int left = maxTakenBytes;
    while (left > 0 && !buffers.isEmpty()) {
      ByteBuf head = buffers.peek();
      if (head.readableBytes() <= left) {
        taken.add(buffers.remove());
        left -= head.readableBytes();
      } else {
        taken.add(head.readRetainedSlice(left));
        left = 0;
      }
    }
    release(maxTakenBytes - left);
    return taken;
  }

  synchronized boolean isEmpty() {
    return buffers.isEmpty();
  }

  synchronized void clear() {
    buffers.forEach(ByteBuf::release);
    buffers.clear();
    release(bytes);
  }

  @GuardedBy("this")
  private void release(long released) {
    bytes -= released;
    gauges.remove(released);
  }
}
