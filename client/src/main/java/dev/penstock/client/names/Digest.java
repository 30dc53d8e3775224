package dev.penstock.client.names;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A content digest: {@code sha256:} and 64 lower-case hexadecimal digits (OCI image specification
 * 1.1, "Digests"). Other algorithms are refused, because nobody could promise their content.
 */
public record Digest(String value) implements Reference {
  private static final String PREFIX = "sha256:";
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /**
   * Checks the grammar.
   *
   * @throws InvalidNameException naming the rule that is broken
   */
  public Digest {
    if (!value.startsWith(PREFIX)) {
      throw new InvalidNameException(
          "digest", value, "only sha256 is supported, written 'sha256:' and 64 digits");
    }
    if (!HEX.matcher(value.substring(PREFIX.length())).matches()) {
      throw new InvalidNameException(
          "digest", value, "after 'sha256:' come 64 digits of 0-9 and a-f, in lower case");
    }
  }

  /** The digest of these bytes. */
  public static Digest of(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return new Digest(PREFIX + HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
