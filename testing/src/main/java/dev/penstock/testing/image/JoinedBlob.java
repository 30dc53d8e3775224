package dev.penstock.testing.image;

import java.nio.ByteBuffer;
import java.util.List;

/** Several blobs, one after another. */
final class JoinedBlob extends DigestedBlob {
  private final List<Blob> parts;

  JoinedBlob(List<Blob> parts) {
    super(parts.stream().mapToLong(Blob::size).sum());
    this.parts = List.copyOf(parts);
  }

  @Override
  public ByteBuffer read(long offset, int maxBytes) {
    requireInside(offset);
    long inPart = offset;
    for (Blob part : parts) {
      if (inPart < part.size()) {
        return part.read(inPart, maxBytes);
      }
      inPart -= part.size();
    }
    throw new AssertionError(
        "offset " + offset + " is inside " + this + " but in none of its parts");
  }
}
