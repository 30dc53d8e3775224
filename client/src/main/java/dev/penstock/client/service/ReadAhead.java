package dev.penstock.client.service;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What one transfer has of the registry and gRPC has not taken: filled by the registry's thread,
 * emptied by the draining one. Its bound is kept by {@link #grant}: no more is asked for than fits.
 */
final class ReadAhead {
  private final int maxBytes;
  private final int readBytes;
  private final TransferGauges gauges;

  @GuardedBy("this")
  private final Deque<ByteBuffer> buffers = new ArrayDeque<>();

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

  synchronized void add(List<ByteBuffer> arrived) {
    long before = bytes;
    for (ByteBuffer buffer : arrived) {
      if (buffer.hasRemaining()) {
        buffers.add(buffer);
        bytes += buffer.remaining();
      }
    }
    granted--;
    gauges.add(bytes - before, bytes);
  }

  /**
   * How many more reads fit; they count as asked for from now on. At least one when all is empty.
   */
  synchronized int grant() {
    long free = maxBytes - bytes - (long) granted * readBytes;
    int reads = (int) Math.max(0, free / readBytes);
    if (reads == 0 && granted == 0 && bytes == 0) {
      reads = 1;
    }
    granted += reads;
    return reads;
  }

  /** Takes up to that many bytes, in order; empty when there is nothing. */
  synchronized List<ByteBuffer> take(int maxTakenBytes) {
    List<ByteBuffer> taken = new ArrayList<>(4);
    int left = maxTakenBytes;
    while (left > 0 && !buffers.isEmpty()) {
      ByteBuffer head = buffers.peek();
      if (head.remaining() <= left) {
        taken.add(buffers.remove());
        left -= head.remaining();
      } else {
        taken.add(head.slice(head.position(), left));
        head.position(head.position() + left);
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
    buffers.clear();
    release(bytes);
  }

  @GuardedBy("this")
  private void release(long released) {
    bytes -= released;
    gauges.remove(released);
  }
}
