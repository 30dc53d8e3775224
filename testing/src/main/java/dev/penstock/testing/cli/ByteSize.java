package dev.penstock.testing.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes as people write them: {@code 4096}, {@code 64KiB}, {@code 256MiB}, {@code 10GiB}. */
public final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})(|KIB|MIB|GIB)");

  @Override
  public Long convert(String value) {
    Matcher matcher = FORM.matcher(value.toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + value + "' is no size; write it as 4096, 64KiB, 256MiB or 10GiB");
    }
    int shift =
        switch (matcher.group(2)) {
          case "KIB" -> 10;
          case "MIB" -> 20;
          case "GIB" -> 30;
          default -> 0;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }
}
