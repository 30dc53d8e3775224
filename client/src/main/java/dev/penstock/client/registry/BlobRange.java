package dev.penstock.client.registry;

/**
 * The part of a blob that is wanted.
 *
 * @param offset first byte
 * @param length bytes; 0: to the end. What passes the end is cut there
 */
public record BlobRange(long offset, long length) {
  /** The whole blob. */
  public static final BlobRange WHOLE = new BlobRange(0, 0);

  /** Checks the signs. */
  public BlobRange {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "offset %d and length %d must not be negative".formatted(offset, length));
    }
  }

  boolean isWhole() {
    return offset == 0 && length == 0;
  }

  /** Bytes that exist of this range in a blob of this size; the offset must not pass its end. */
  long lengthIn(long size) {
    long rest = size - offset;
    return length == 0 ? rest : Math.min(length, rest);
  }

  /** RFC 9110 §14.2. */
  String header() {
    boolean isOpen = length == 0 || length - 1 > Long.MAX_VALUE - offset;
    return isOpen
        ? "bytes=%d-".formatted(offset)
        : "bytes=%d-%d".formatted(offset, offset + length - 1);
  }
}
