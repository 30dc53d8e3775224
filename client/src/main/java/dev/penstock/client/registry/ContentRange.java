package dev.penstock.client.registry;

import dev.penstock.client.registry.http.HttpFields;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Content-Range header (RFC 9110 §14.4).
 *
 * @param first and {@code last}: -1 in the form of an unsatisfied range
 * @param size of the whole; empty when the registry does not tell
 */
record ContentRange(long first, long last, OptionalLong size) {
  /** At most 18 digits: what does not fit a long is no answer. */
  private static final Pattern GRAMMAR =
      Pattern.compile("bytes (?:(\\d{1,18})-(\\d{1,18})|\\*)/(?:(\\d{1,18})|\\*)");

  /** Empty when it is absent or malformed. */
  static Optional<ContentRange> of(HttpFields headers) {
    return headers
        .firstValue("Content-Range")
        .map(value -> GRAMMAR.matcher(value.strip()))
        .filter(Matcher::matches)
        .map(ContentRange::of);
  }

  private static ContentRange of(Matcher parts) {
    boolean isSatisfied = parts.group(1) != null;
    return new ContentRange(
        isSatisfied ? Long.parseLong(parts.group(1)) : -1,
        isSatisfied ? Long.parseLong(parts.group(2)) : -1,
        parts.group(3) == null
            ? OptionalLong.empty()
            : OptionalLong.of(Long.parseLong(parts.group(3))));
  }

  long length() {
    return last - first + 1;
  }
}
