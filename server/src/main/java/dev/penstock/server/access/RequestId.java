package dev.penstock.server.access;

import io.grpc.Metadata;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The id of one call of the API, under which every log on its way knows it.
 *
 * @param value as in the {@link #GRAMMAR}: fit to stand in a header, a log line or a shell's word
 */
public record RequestId(String value) {
  /** The metadata in which it travels, from the caller and back, and on to the client. */
  public static final Metadata.Key<String> KEY =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  /** What it may look like, in words. */
  public static final String GRAMMAR = "1 to 128 of A-Z a-z 0-9 . _ : / + = @ -";

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");
  private static final int RANDOM_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Checks the grammar; the value is not quoted when it is wrong. */
  public RequestId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("a request id is " + GRAMMAR);
    }
  }

  private static boolean isValid(String value) {
    return FORM.matcher(value).matches();
  }

  /** A new one: 128 random bits. */
  public static RequestId fresh() {
    byte[] random = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(random);
    return new RequestId(HexFormat.of().formatHex(random));
  }

  /** The one in the metadata of a call; empty when there is none, several, or one that is unfit. */
  public static Optional<RequestId> in(Metadata metadata) {
    Iterable<String> values = metadata.getAll(KEY);
    if (values == null) {
      return Optional.empty();
    }
    Set<String> different = new HashSet<>();
    values.forEach(different::add);
    String any = different.iterator().next();
    return different.size() == 1 && isValid(any)
        ? Optional.of(new RequestId(any))
        : Optional.empty();
  }

  /** Puts it into the metadata, in the place of any that is there. */
  public void putInto(Metadata metadata) {
    metadata.discardAll(KEY);
    metadata.put(KEY, value);
  }

  @Override
  public String toString() {
    return value;
  }
}
