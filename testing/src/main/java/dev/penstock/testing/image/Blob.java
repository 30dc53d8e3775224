package dev.penstock.testing.image;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Bytes of a known size and digest that can be read from any offset, any number of times, by any
 * number of threads.
 */
public interface Blob {

  /** Bytes in the blob. */
  long size();

  /** {@code sha256:} and 64 lower-case hexadecimal digits. */
  String digest();

  /**
   * Returns some of the bytes from {@code offset} on: between 1 and {@code maxBytes} of them, fewer
   * where the blob's storage has a seam.
   *
   * @return a read-only view, valid for ever; nobody has to release it
   * @throws IndexOutOfBoundsException if the offset is outside the blob
   */
  ByteBuffer read(long offset, int maxBytes);

  /** A blob that holds {@code bytes}, which must not change afterwards. */
  static Blob of(byte[] bytes) {
    return new MemoryBlob(bytes);
  }

  /**
   * A blob of pseudo-random, incompressible bytes that depend on {@code seed} and {@code size}
   * alone. It occupies at most 4 MiB outside the heap, whatever its size.
   */
  static Blob generated(long seed, long size) {
    return new GeneratedBlob(seed, size);
  }

  /**
   * An uncompressed image layer: a tar archive with one generated file, {@code size} bytes in all,
   * rounded up to what tar can express (a multiple of 512, at least 2048).
   */
  static Blob layer(long seed, long size) {
    return TarLayer.withOneFile(seed, size);
  }

  /** The parts, one after another. */
  static Blob joined(List<Blob> parts) {
    return new JoinedBlob(parts);
  }
}
