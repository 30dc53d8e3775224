package dev.penstock.server.access;

import io.grpc.Metadata;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of the trace that the caller keeps of its call (W3C Trace Context, Level 1, §3.2). Nothing
 * is done with it here but to write it to the log; the metadata goes on to the client as it came.
 *
 * @param value 32 hexadecimal digits
 */
public record TraceId(String value) {
  private static final Metadata.Key<String> PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  /** Version, trace id, parent id, flags; neither of the ids is all zeros. */
  private static final Pattern FORM =
      Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

  /** The one in the metadata of a call; empty when there is none, several, or one of no use. */
  public static Optional<TraceId> in(Metadata metadata) {
    Iterable<String> values = metadata.getAll(PARENT);
    if (values == null) {
      return Optional.empty();
    }
    Iterator<String> each = values.iterator();
    Matcher first = FORM.matcher(each.next());
    return !each.hasNext() && first.matches()
        ? Optional.of(new TraceId(first.group(1)))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
