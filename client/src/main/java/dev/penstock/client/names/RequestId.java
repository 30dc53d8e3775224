package dev.penstock.client.names;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What finds one call in the logs of all who had a part in it: its caller's, the server's, the
 * client's audit log, the registry's. It goes from hop to hop as {@code x-request-id}.
 *
 * <p>The grammar lets it stand in a header, a comment of a {@code User-Agent} and a line of a log
 * as it is.
 */
public record RequestId(String value) {
  private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");
  private static final int RANDOM_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Checks the grammar.
   *
   * @throws InvalidNameException naming the rule that is broken
   */
  public RequestId {
    if (!GRAMMAR.matcher(value).matches()) {
      throw new InvalidNameException(
          "request id", value, "it is 1 to 128 of A-Z, a-z, 0-9 and '._:/+=@-'");
    }
  }

  /** One that nobody else has. */
  public static RequestId random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(bytes);
    return new RequestId(HexFormat.of().formatHex(bytes));
  }

  /** What was sent, when it is one. */
  public static Optional<RequestId> parse(@Nullable String text) {
    return text != null && GRAMMAR.matcher(text).matches()
        ? Optional.of(new RequestId(text))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
