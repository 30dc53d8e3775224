package dev.penstock.client.policy.file;

import dev.penstock.client.policy.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it, such as {@code 10GiB}. */
public final class ByteSize {
  private static final Pattern GRAMMAR = Pattern.compile("([0-9]{1,18})(|KiB|MiB|GiB)");

  private ByteSize() {}

  /**
   * The number of bytes.
   *
   * @throws IllegalArgumentException saying what is accepted
   */
  public static long parse(String text) {
    Matcher parts = GRAMMAR.matcher(text);
    if (!parts.matches()) {
      throw invalid(text);
    }
    try {
      return Math.multiplyExact(Long.parseLong(parts.group(1)), unit(parts.group(2)));
    } catch (ArithmeticException e) {
      throw invalid(text);
    }
  }

  private static long unit(String name) {
    return switch (name) {
      case "KiB" -> 1L << 10;
      case "MiB" -> 1L << 20;
      case "GiB" -> 1L << 30;
      default -> 1;
    };
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        "%s is not accepted; write a whole number of bytes, or one with KiB, MiB or GiB, e.g. 10GiB"
            .formatted(Quoted.of(text)));
  }
}
