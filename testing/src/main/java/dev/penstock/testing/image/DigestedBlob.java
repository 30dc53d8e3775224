package dev.penstock.testing.image;

import com.google.errorprone.annotations.concurrent.LazyInit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The part that all blobs share: the digest is computed once, when it is first asked for. */
abstract class DigestedBlob implements Blob {
  private final long size;
  @LazyInit private volatile @Nullable String digest;

  DigestedBlob(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("size: " + size + " is negative");
    }
    this.size = size;
  }

  @Override
  public final long size() {
    return size;
  }

  @Override
  public final String digest() {
    String known = digest;
    return known != null ? known : computeDigest();
  }

  /** Under the lock, so that a large blob is not hashed twice at the same time. */
  private synchronized String computeDigest() {
    String known = digest;
    if (known == null) {
      known = Sha256.of(this);
      digest = known;
    }
    return known;
  }

  final void requireInside(long offset) {
    Objects.checkIndex(offset, size);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + size + " bytes]";
  }
}
