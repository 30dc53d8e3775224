package dev.penstock.tunnel.session;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * The name of a session: 128 random bits, so that nobody can guess another's.
 *
 * @param value base64url without padding
 */
public record SessionId(String value) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 16;
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{16,128}");

  public SessionId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("the session id is not 16 to 128 of A-Z a-z 0-9 _ -");
    }
  }

  static boolean isValid(String value) {
    return VALUE.matcher(value).matches();
  }

  static SessionId random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new SessionId(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** Enough to tell sessions apart in a log, too little to take one over. */
  @Override
  public String toString() {
    return value.substring(0, 6) + "…";
  }
}
