package dev.penstock.client.limits;

/** A place in the line at a {@link Bucket}, for one read. Guarded by the lock of the bucket. */
final class Turn {
  final int bytes;
  boolean hasCome;

  Turn(int bytes) {
    this.bytes = bytes;
  }
}
