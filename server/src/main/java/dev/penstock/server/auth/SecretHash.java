package dev.penstock.server.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of a secret, which is all that is ever stored of it.
 *
 * <p>A plain hash is enough here, where one of a password would not be: the secrets are 256 random
 * bits, so there is nothing to guess.
 */
public final class SecretHash {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  private final byte[] bytes;

  private SecretHash(byte[] bytes) {
    this.bytes = bytes;
  }

  static SecretHash of(String secret) {
    return new SecretHash(sha256().digest(secret.getBytes(StandardCharsets.UTF_8)));
  }

  /** Reads 64 lower-case hexadecimal digits. */
  static SecretHash parse(String hex) {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("a hash is 64 lower-case hexadecimal digits");
    }
    return new SecretHash(HexFormat.of().parseHex(hex));
  }

  /** Compares in a time that does not depend on where the two differ. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SecretHash hash && MessageDigest.isEqual(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
