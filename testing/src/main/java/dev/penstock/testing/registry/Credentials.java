package dev.penstock.testing.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A user name and a password, as HTTP Basic authentication sends them (RFC 7617). */
public record Credentials(String username, String password) {
  private static final String SCHEME = "Basic ";

  /**
   * Reads the header {@code Authorization}; empty when there is none, or one of another scheme or
   * malformed.
   */
  public static Optional<Credentials> of(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith(SCHEME)) {
      return Optional.empty();
    }
    try {
      byte[] pair = Base64.getDecoder().decode(authorization.substring(SCHEME.length()));
      String[] parts = new String(pair, UTF_8).split(":", 2);
      return parts.length < 2 ? Optional.empty() : Optional.of(new Credentials(parts[0], parts[1]));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The header {@code Authorization}. */
  public String authorization() {
    byte[] pair = (username + ":" + password).getBytes(UTF_8);
    return SCHEME + Base64.getEncoder().encodeToString(pair);
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return "Credentials[" + username + "]";
  }
}
