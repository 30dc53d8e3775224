package dev.penstock.testing.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a body that a response carries.
 *
 * @param first the first byte, from 0
 * @param end the byte after the last
 * @param partial whether a range was asked for and granted
 */
record ByteRange(long first, long end, boolean partial) {
  private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  long length() {
    return end - first;
  }

  /**
   * Reads a {@code Range} header (RFC 9110, section 14.2). One that is no single, valid range of
   * bytes is ignored, as the RFC wants it.
   *
   * @return null if the range cannot be satisfied
   */
  static @Nullable ByteRange of(@Nullable String header, long size) {
    ByteRange whole = new ByteRange(0, size, false);
    Matcher matcher = SINGLE.matcher(header == null ? "" : header);
    if (!matcher.matches()) {
      return whole;
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty()) {
      return last.isEmpty() ? whole : suffix(Long.parseLong(last), size);
    }
    long from = Long.parseLong(first);
    long end = last.isEmpty() ? Long.MAX_VALUE : Long.parseLong(last) + 1;
    return end <= from ? whole : satisfiable(from, Math.min(size, end));
  }

  private static @Nullable ByteRange suffix(long bytes, long size) {
    return satisfiable(Math.max(0, size - bytes), size);
  }

  private static @Nullable ByteRange satisfiable(long first, long end) {
    return first < end ? new ByteRange(first, end, true) : null;
  }

  /** One that begins so much later, or earlier, and stays inside the blob. */
  ByteRange shifted(long shift, long size) {
    long from = Math.max(0, Math.min(first + shift, size - 1));
    return new ByteRange(from, Math.max(from + 1, Math.min(end + shift, size)), partial);
  }

  String contentRange(long size) {
    return "bytes " + first + "-" + (end - 1) + "/" + size;
  }
}
