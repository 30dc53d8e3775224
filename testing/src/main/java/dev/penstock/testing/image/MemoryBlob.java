package dev.penstock.testing.image;

import java.nio.ByteBuffer;

/** A small blob in an array. */
final class MemoryBlob extends DigestedBlob {
  private final ByteBuffer bytes;

  MemoryBlob(byte[] bytes) {
    super(bytes.length);
    this.bytes = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  @Override
  public ByteBuffer read(long offset, int maxBytes) {
    requireInside(offset);
    return bytes.slice((int) offset, (int) Math.min(maxBytes, size() - offset));
  }
}
