package dev.penstock.testing.e2e;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Sha256;
import java.nio.ByteBuffer;

/** A range of a blob, as a blob. */
record Part(Blob whole, long offset, long size) implements Blob {
  static Blob of(Blob whole, long offset, long size) {
    return new Part(whole, offset, size);
  }

  @Override
  public String digest() {
    return Sha256.of(this);
  }

  @Override
  public ByteBuffer read(long from, int maxBytes) {
    return whole.read(offset + from, (int) Math.min(maxBytes, size - from));
  }
}
