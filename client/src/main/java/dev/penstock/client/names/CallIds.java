package dev.penstock.client.names;

import org.jspecify.annotations.Nullable;

/**
 * What one call is called by those who had a part in it.
 *
 * @param trace where it stands in its caller's trace; null: the caller keeps none
 */
public record CallIds(RequestId requestId, @Nullable TraceContext trace) {

  /** Those of a call without a trace. */
  public CallIds(RequestId requestId) {
    this(requestId, null);
  }

  /** At the end of a line of a log; null, for nobody's call: nothing. */
  public static String inLine(@Nullable CallIds call) {
    return call == null ? "" : " (" + call + ")";
  }

  /** In the words of a line of a log. */
  @Override
  public String toString() {
    return "request " + requestId + (trace == null ? "" : ", trace " + trace.traceId());
  }
}
