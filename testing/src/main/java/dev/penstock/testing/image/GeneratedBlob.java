package dev.penstock.testing.image;

import java.nio.ByteBuffer;

/**
 * A blob whose bytes are one pseudo-random block, repeated.
 *
 * <p>The block lies outside the heap and is never copied: a socket is fed with views of it, so a
 * blob of 10 GiB costs a test registry what a {@code writev} costs. Its length is a prime just
 * below 4 MiB. Two places that are a multiple of any usual buffer size apart therefore never hold
 * the same bytes (up to 17 GiB for multiples of 4 KiB), and a buffer that is lost, doubled, swapped
 * or reused on its way changes the digest. Compressors that look back less than 4 MiB find nothing.
 */
final class GeneratedBlob extends DigestedBlob {
  private static final int LONGEST_BLOCK_BYTES = 4_194_301;

  private final ByteBuffer block;

  GeneratedBlob(long seed, long size) {
    super(size);
    int blockBytes = (int) Math.min(size, LONGEST_BLOCK_BYTES);
    ByteBuffer filled = ByteBuffer.allocateDirect(blockBytes);
    SplitMix64 random = new SplitMix64(seed);
    while (filled.remaining() >= Long.BYTES) {
      filled.putLong(random.next());
    }
    while (filled.hasRemaining()) {
      filled.put((byte) random.next());
    }
    this.block = filled.flip().asReadOnlyBuffer();
  }

  @Override
  public ByteBuffer read(long offset, int maxBytes) {
    requireInside(offset);
    int from = (int) (offset % block.capacity());
    long wanted = Math.min(maxBytes, size() - offset);
    return block.slice(from, (int) Math.min(wanted, block.capacity() - from));
  }

  /** The generator of Steele, Lea and Flood (OOPSLA 2014); here so that bytes outlive any JDK. */
  private static final class SplitMix64 {
    private long state;

    SplitMix64(long seed) {
      this.state = seed;
    }

    long next() {
      state += 0x9E3779B97F4A7C15L;
      long mixed = state;
      mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
      return mixed ^ (mixed >>> 31);
    }
  }
}
