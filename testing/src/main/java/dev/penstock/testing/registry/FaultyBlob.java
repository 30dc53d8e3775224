package dev.penstock.testing.registry;

import dev.penstock.testing.image.Blob;
import java.nio.ByteBuffer;

/** A blob as a fault lets it appear. It keeps the digest of what it should have been. */
record FaultyBlob(Blob healthy, Fault fault) implements Blob {
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

  @Override
  public String digest() {
    return healthy.digest();
  }

  @Override
  public long size() {
    if (fault instanceof Fault.Shorten shorten) {
      return Math.min(shorten.size(), healthy.size());
    }
    if (fault instanceof Fault.Lengthen lengthen) {
      return Math.addExact(healthy.size(), lengthen.extraBytes());
    }
    return healthy.size();
  }

  /** How many bytes are sent behind the announced ones. */
  long overrun() {
    return fault instanceof Fault.Overrun overrun ? overrun.extraBytes() : 0;
  }

  /** Where the connection goes quiet or ends, or the end of the blob. */
  long stopsAt() {
    if (fault instanceof Fault.CloseAt close) {
      return close.offset();
    }
    return fault instanceof Fault.StallAt stall ? stall.offset() : Long.MAX_VALUE;
  }

  @Override
  public ByteBuffer read(long offset, int maxBytes) {
    if (offset >= healthy.size()) {
      long wanted = Math.min(maxBytes, size() + overrun() - offset);
      return ZEROS.slice(0, (int) Math.min(wanted, ZEROS.capacity()));
    }
    ByteBuffer piece = healthy.read(offset, (int) Math.min(maxBytes, size() - offset));
    return fault instanceof Fault.Corrupt corrupt
        ? corrupted(piece, corrupt.offset() - offset)
        : piece;
  }

  private static ByteBuffer corrupted(ByteBuffer piece, long at) {
    if (at < 0 || at >= piece.remaining()) {
      return piece;
    }
    ByteBuffer copy = ByteBuffer.allocateDirect(piece.remaining()).put(piece).flip();
    copy.put((int) at, (byte) (copy.get((int) at) ^ 1));
    return copy.asReadOnlyBuffer();
  }
}
