package dev.penstock.registry.stream;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The stream through which gRPC takes a message: it asks for the length and then drains, which
 * costs one copy for a buffer with an array and a second, cache-warm one for any other.
 *
 * <p>One thread at a time, as gRPC uses it. The buffers' own positions stay as they are.
 */
final class BufferStream extends InputStream implements Drainable, KnownLength {
  /** Small enough to stay in a core's first cache while it is filled and emptied. */
  private static final int SCRATCH_BYTES = 16 << 10;

  private static final ThreadLocal<byte[]> SCRATCH =
      ThreadLocal.withInitial(() -> new byte[SCRATCH_BYTES]);

  private final List<ByteBuffer> buffers;
  private final RawMessage held;
  private int index;
  private int offset;
  private int remaining;
  private boolean closed;

  BufferStream(List<ByteBuffer> buffers, int length, RawMessage held) {
    this.buffers = buffers;
    this.remaining = length;
    this.held = held;
  }

  @Override
  public int available() {
    return remaining;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int start, int count) {
    if (remaining == 0) {
      return count == 0 ? 0 : -1;
    }
    int done = 0;
    while (done < count && remaining > 0) {
      ByteBuffer buffer = current();
      int run = Math.min(count - done, buffer.remaining() - offset);
      buffer.get(buffer.position() + offset, target, start + done, run);
      advance(run);
      done += run;
    }
    return done;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int drained = remaining;
    while (remaining > 0) {
      ByteBuffer buffer = current();
      int run = buffer.remaining() - offset;
      if (buffer.hasArray()) {
        target.write(buffer.array(), buffer.arrayOffset() + buffer.position() + offset, run);
      } else {
        run = Math.min(run, SCRATCH_BYTES);
        byte[] scratch = SCRATCH.get();
        buffer.get(buffer.position() + offset, scratch, 0, run);
        target.write(scratch, 0, run);
      }
      advance(run);
    }
    return drained;
  }

  /** The buffer that holds the next byte; empty ones are passed over. */
  private ByteBuffer current() {
    while (offset == buffers.get(index).remaining()) {
      index++;
      offset = 0;
    }
    return buffers.get(index);
  }

  private void advance(int count) {
    offset += count;
    remaining -= count;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      remaining = 0;
      held.close();
    }
  }
}
