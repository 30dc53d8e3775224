package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.SentMessage;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was sent and not yet acknowledged, in order, so that it can be sent again.
 *
 * <p>Keeps references to the messages as they went out and copies nothing, until one is lost with
 * its carrier and has to go out once more. A message stays until its last byte is acknowledged.
 *
 * <p>Bounded by whoever adds: {@link Outbound#sendableBytes} counts the bytes and the messages
 * here. Event loop only, but for {@link #bytes}.
 */
final class ReplayBuffer {
  /** Sent over the present carrier. */
  private final Deque<SentMessage> sent = new ArrayDeque<>();

  /** Sent over an earlier carrier; these follow those in {@link #sent}. */
  private final Deque<SentMessage> lost = new ArrayDeque<>();

  /** The position in the session of the first byte that is kept. */
  private long start;

  /** Up to where the peer needs nothing any more; inside the first message, or its beginning. */
  private long done;

  // Written by the event loop, read by anybody for statistics.
  private volatile long bytes;

  /** Bytes kept. Any thread. */
  long bytes() {
    return bytes;
  }

  int messages() {
    return sent.size() + lost.size();
  }

  /** Takes over a message that has just been sent. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
  void add(SentMessage message) {
    sent.add(message);
    bytes += message.bytes();
  }

  /** The peer has everything before {@code position} and will not ask for it again. */
  void release(long position) {
    done = Math.max(done, position);
    while (releaseFirstOf(sent) || releaseFirstOf(lost)) {
      // goes on to the next
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
  private boolean releaseFirstOf(Deque<SentMessage> queue) {
    boolean isOthersTurn = queue == lost && !sent.isEmpty();
    SentMessage first = queue.peek();
    if (isOthersTurn || first == null || start + first.bytes() > done) {
      return false;
    }
    start += first.bytes();
    bytes -= first.bytes();
    queue.remove().release();
    return true;
  }

  /** The carrier is gone: all that is kept is to be sent again. */
  void rewind() {
    while (!sent.isEmpty()) {
      lost.addFirst(sent.removeLast());
    }
  }

  /** True while something waits to be sent again; nothing else may be sent before. */
  boolean isReplaying() {
    return !lost.isEmpty();
  }

  /** Sends the next of the lost messages, or what the peer lacks of it, over {@code carrier}. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
  void replayNext(Carrier carrier) {
    SentMessage message = lost.remove();
    int known = sent.isEmpty() ? (int) (done - start) : 0;
    ByteBuf copy = carrier.allocate(message.bytes() - known);
    message.copyTo(copy, known);
    message.release();
    start += known;
    bytes -= known;
    sent.add(carrier.send(copy));
  }

  /** Forgets everything. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes
  void clear() {
    sent.forEach(SentMessage::release);
    lost.forEach(SentMessage::release);
    sent.clear();
    lost.clear();
    bytes = 0;
  }
}
