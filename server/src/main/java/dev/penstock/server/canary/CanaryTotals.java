package dev.penstock.server.canary;

import dev.penstock.server.directory.AttachedClient;
import dev.penstock.tunnel.ops.Metrics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/**
 * What canaries have found out, for the metrics: of all tunnels together, as a label for each would
 * have no bound. Any thread.
 */
public final class CanaryTotals {
  private static final double NANOS = 1e9;
  private static final List<String> HOP = List.of("hop");

  private final Map<Outcome, LongAdder> ended = new EnumMap<>(Outcome.class);
  private final LongAdder tunnelNanos = new LongAdder();
  private final LongAdder clientNanos = new LongAdder();
  private final Map<AttachedClient, Finding> last = new ConcurrentHashMap<>();

  /** Nothing so far. */
  public CanaryTotals() {
    for (Outcome outcome : Outcome.values()) {
      ended.put(outcome, new LongAdder());
    }
  }

  void add(AttachedClient client, Finding finding) {
    Objects.requireNonNull(ended.get(finding.outcome())).increment();
    Finding.Times times = finding.times();
    if (times != null) {
      tunnelNanos.add(times.tunnelNanos());
      clientNanos.add(times.clientNanos());
    }
    if (finding.outcome() != Outcome.BUSY) {
      last.put(client, finding);
    }
  }

  void forget(AttachedClient client) {
    last.remove(client);
  }

  /** Adds the metrics, under names that begin with {@code prefix}. */
  public void declare(Metrics metrics, String prefix) {
    metrics
        .counters(
            prefix + "canaries_total",
            List.of("outcome"),
            "Canaries of tunnels that have ended, by what they found out.",
            samples ->
                ended.forEach(
                    (outcome, count) -> samples.add((double) count.sum(), outcome.label())))
        .counters(
            prefix + "canary_seconds_total",
            HOP,
            "Time of canaries that were answered, by where it went.",
            samples -> {
              samples.add(tunnelNanos.sum() / NANOS, "tunnel");
              samples.add(clientNanos.sum() / NANOS, "client");
            })
        .gauges(
            prefix + "canary_slowest_seconds",
            HOP,
            "The slowest among the last canaries of the attached tunnels.",
            samples -> {
              samples.add(slowest(Finding.Times::tunnelNanos) / NANOS, "tunnel");
              samples.add(slowest(Finding.Times::clientNanos) / NANOS, "client");
            })
        .gauge(
            prefix + "canary_failing_tunnels",
            "Attached tunnels whose last canary failed.",
            () -> last.values().stream().filter(found -> found.outcome().isFailure()).count());
  }

  private long slowest(ToLongFunction<Finding.Times> part) {
    return last.values().stream()
        .map(Finding::times)
        .filter(Objects::nonNull)
        .mapToLong(part)
        .max()
        .orElse(0);
  }
}
