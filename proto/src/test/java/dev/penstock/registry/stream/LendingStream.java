package dev.penstock.registry.stream;

import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Stands for the stream of gRPC's Netty transport: it lends its buffers and counts releases. */
final class LendingStream extends InputStream implements Detachable, HasByteBuffer {
  private final Ledger ledger;
  private Deque<ByteBuffer> buffers;
  private boolean marked;

  /** What became of the buffers, shared by a stream and what was detached from it. */
  static final class Ledger {
    int detached;
    int released;
  }

  LendingStream(List<ByteBuffer> buffers) {
    this(new ArrayDeque<>(buffers), new Ledger());
  }

  private LendingStream(Deque<ByteBuffer> buffers, Ledger ledger) {
    this.buffers = buffers;
    this.ledger = ledger;
  }

  Ledger ledger() {
    return ledger;
  }

  @Override
  public InputStream detach() {
    ledger.detached++;
    Deque<ByteBuffer> taken = buffers;
    buffers = new ArrayDeque<>();
    return new LendingStream(taken, ledger);
  }

  @Override
  public boolean byteBufferSupported() {
    return true;
  }

  @Override
  public ByteBuffer getByteBuffer() {
    return buffers.getFirst().duplicate();
  }

  @Override
  public boolean markSupported() {
    return true;
  }

  @Override
  public synchronized void mark(int limit) {
    marked = true;
  }

  @Override
  public long skip(long count) {
    if (!marked) {
      throw new IllegalStateException("a walk without a mark gives the buffers back");
    }
    ByteBuffer first = buffers.removeFirst();
    if (first.remaining() != count) {
      throw new IllegalStateException("skipped " + count + " of " + first.remaining());
    }
    return count;
  }

  @Override
  public int available() {
    return buffers.stream().mapToInt(ByteBuffer::remaining).sum();
  }

  @Override
  public int read() throws IOException {
    throw new IOException("a lending stream is walked, not read");
  }

  @Override
  public int read(byte[] target, int start, int count) throws IOException {
    return read();
  }

  @Override
  public void close() {
    if (marked) {
      ledger.released++;
    }
  }
}
