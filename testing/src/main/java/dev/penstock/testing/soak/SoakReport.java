package dev.penstock.testing.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a soak says: a line now and then, and a table at its end. Any thread. */
final class SoakReport {
  private final Plant plant;
  private final SoakCounts counts;

  SoakReport(Plant plant, SoakCounts counts) {
    this.plant = plant;
    this.counts = counts;
  }

  /** How it stands. */
  String line() {
    return ("transfers %d, %d MiB, small calls %d (longest %d ms), faults %d, cuts %d, resumes %d,"
            + " continued %d, failures %d, leaks %d")
        .formatted(
            counts.transfers.get(),
            counts.bytes.get() >> 20,
            counts.smallCalls.get(),
            longestSmallCallMillis(),
            counts.faults.get(),
            plant.cuts(),
            plant.server().tunnels().resumes(),
            continuedCalls(),
            counts.failures.get(),
            counts.leaks.get());
  }

  /** The table, in Markdown, and under it each failure in words. */
  List<String> table(long seed, Vitals before, Vitals after) {
    List<String> lines = new ArrayList<>(List.of("", row("seed", seed), "|---|---|"));
    lines.add(row("transfers", counts.transfers));
    lines.add(row("bytes", counts.bytes));
    lines.add(row("small calls", counts.smallCalls));
    lines.add(row("longest small call", longestSmallCallMillis() + " ms"));
    lines.add(row("faults", counts.faults));
    lines.add(row("cuts", plant.cuts()));
    lines.add(row("resumes", plant.server().tunnels().resumes()));
    lines.add(row("continued on another tunnel", continuedCalls()));
    lines.add(row("at rest before", before));
    lines.add(row("at rest after", after));
    lines.add(row("leaks", counts.leaks));
    lines.add(row("failures", counts.failures));
    counts.failuresInWords.forEach(failure -> lines.add("failure: " + failure));
    return lines;
  }

  private static String row(String name, Object value) {
    return "| " + name + " | " + value + " |";
  }

  private long longestSmallCallMillis() {
    return TimeUnit.NANOSECONDS.toMillis(counts.longestSmallCallNanos.get());
  }

  private long continuedCalls() {
    return plant.server().gauges().continuedCalls().now();
  }
}
