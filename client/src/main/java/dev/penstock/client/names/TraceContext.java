package dev.penstock.client.names;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The place of one call in its caller's distributed trace (W3C Trace Context, Level 1), as the
 * caller sent it. It is passed on as it is: the client adds no span of its own.
 *
 * <p>What is not of version 00, letter for letter, is none, and is passed on to nobody: so nothing
 * that a caller makes up reaches a registry but 26 bytes in hexadecimal, and a state of a strict
 * grammar.
 *
 * @param traceparent of version 00 (§3.2)
 * @param tracestate the list-members (§3.3), joined by commas; empty: none
 */
public record TraceContext(String traceparent, String tracestate) {
  /** What has to be passed on at least, and is passed on at most (§3.3.1.5). */
  private static final int MAX_STATE_CHARS = 512;

  private static final int MAX_STATE_MEMBERS = 32;

  /** Version, trace id, parent id, flags (§3.2.2); neither of the ids is all zeros. */
  private static final Pattern PARENT =
      Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  /** A list-member's key, of one part or as tenant and system, and its value (§3.3.1.3). */
  private static final Pattern MEMBER =
      Pattern.compile(
          "([a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
              + "=[ -~&&[^,=]]{0,255}[!-~&&[^,=]]");

  /**
   * Checks the grammar.
   *
   * @throws IllegalArgumentException without quoting what is wrong
   */
  public TraceContext {
    if (!PARENT.matcher(traceparent).matches()) {
      throw new IllegalArgumentException("traceparent is not as version 00 has it");
    }
    if (!tracestate.isEmpty() && !tracestate.equals(state(List.of(tracestate)))) {
      throw new IllegalArgumentException("tracestate is not as version 00 has it");
    }
  }

  /**
   * What was sent, when it is one. A state that is none costs only itself (§3.3).
   *
   * @param parents the values of the headers {@code traceparent}; several are none
   * @param states the values of the headers {@code tracestate}, which belong together
   */
  public static Optional<TraceContext> parse(
      @Nullable Iterable<String> parents, @Nullable Iterable<String> states) {
    Iterator<String> parent = parents == null ? Set.<String>of().iterator() : parents.iterator();
    String first = parent.hasNext() ? parent.next() : "";
    return !parent.hasNext() && PARENT.matcher(first).matches()
        ? Optional.of(new TraceContext(first, states == null ? "" : state(states)))
        : Optional.empty();
  }

  /** One list without blanks around its members and without empty ones; empty when it is none. */
  private static String state(Iterable<String> states) {
    Set<String> keys = new HashSet<>();
    StringBuilder list = new StringBuilder();
    for (String member : String.join(",", states).split(",", -1)) {
      String text = member.replaceAll("^[ \t]+|[ \t]+$", "");
      Matcher parts = MEMBER.matcher(text);
      if (text.isEmpty()) {
        continue;
      }
      if (!parts.matches() || !keys.add(parts.group(1))) {
        return "";
      }
      list.append(list.isEmpty() ? "" : ",").append(text);
    }
    return keys.size() <= MAX_STATE_MEMBERS && list.length() <= MAX_STATE_CHARS
        ? list.toString()
        : "";
  }

  /** What all spans of the trace have in common: 32 digits. */
  public String traceId() {
    return traceparent.substring(3, 35);
  }

  @Override
  public String toString() {
    return traceparent;
  }
}
