package dev.penstock.server.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes: {@code 4096}, {@code 64KiB} or {@code 1MiB}. */
final class SizeConverter implements ITypeConverter<Integer> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(|KIB|MIB)");

  @Override
  public Integer convert(String text) {
    Matcher matcher = FORM.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' must be a number of bytes, e.g. 4096, 64KiB or 1MiB");
    }
    long count = Long.parseLong(matcher.group(1));
    long bytes =
        switch (matcher.group(2)) {
          case "KIB" -> count << 10;
          case "MIB" -> count << 20;
          default -> count;
        };
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
