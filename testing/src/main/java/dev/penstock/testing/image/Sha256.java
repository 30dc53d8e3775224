package dev.penstock.testing.image;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 in progress that ends as an OCI digest. One thread at a time. */
public final class Sha256 {
  private static final int READ_BYTES = 1 << 20;

  private final MessageDigest digest = newDigest();
  private long bytes;

  /** Reads a blob through, in order. */
  public static String of(Blob blob) {
    Sha256 sha = new Sha256();
    while (sha.bytes < blob.size()) {
      sha.update(blob.read(sha.bytes, READ_BYTES));
    }
    return sha.digest();
  }

  /** Adds the remaining bytes of {@code data}, and moves its position past them. */
  public void update(ByteBuffer data) {
    bytes += data.remaining();
    digest.update(data);
  }

  /** Bytes added so far. */
  public long bytes() {
    return bytes;
  }

  /** Ends the computation; this object starts anew. */
  public String digest() {
    bytes = 0;
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new LinkageError("every Java platform has SHA-256", e);
    }
  }
}
