package dev.penstock.tunnel.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of one transfer has gone, up to a moment. Immutable.
 *
 * @param total since its beginning
 * @param waited what it has waited for and how long; what it has not waited for is missing. The
 *     rest of the total was work, or waiting that this end does not know of
 */
public record TimeSpent<C extends TransferTimes.Cause>(Duration total, Map<C, Duration> waited) {
  /** Less is not worth words. */
  private static final Duration LEAST_TOLD = Duration.ofMillis(50);

  /** Copies the map, which keeps its order. */
  public TimeSpent {
    waited = Collections.unmodifiableMap(new LinkedHashMap<>(waited));
  }

  /**
   * Such as "of 34 s, 30 s were spent waiting for the registry, 3.1 s for the client's window";
   * empty when there was hardly any waiting.
   */
  public String words() {
    List<String> parts = new ArrayList<>();
    waited.forEach(
        (cause, time) -> {
          if (time.compareTo(LEAST_TOLD) >= 0) {
            String spent = parts.isEmpty() ? " were spent waiting for " : " for ";
            parts.add(seconds(time) + spent + cause.words());
          }
        });
    return parts.isEmpty() ? "" : "of " + seconds(total) + ", " + String.join(", ", parts);
  }

  private static String seconds(Duration time) {
    double seconds = time.toNanos() / 1e9;
    return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
  }
}
