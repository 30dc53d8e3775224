package dev.penstock.client.doctor.line;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Limited;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How long one small message takes there and back. */
final class RoundTripLayer implements Layer {
  static final String NAME = "round trip";
  private static final int TIMES = 10;
  private static final Duration SLOW = Duration.ofSeconds(1);

  /** Less than this may be the line's own. */
  private static final Duration NOTICEABLE = Duration.ofMillis(50);

  private static final int TIMES_QUICKER = 3;
  private static final int TRIES = 3;

  /** What most buffers hold, and more. */
  private static final int LARGE_BYTES = 256 << 10;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    Time watch = Time.start();
    Waiting waiting = Waiting.of(visit.bound());
    List<Duration> times = new ArrayList<>();
    try (Probe probe = waiting.open(visit.upper().probes())) {
      while (times.size() < TIMES && !waiting.isOver()) {
        times.add(waiting.get(probe.echo(1, waiting.left()), waiting.left()));
      }
    } catch (ProbeException e) {
      if (times.isEmpty()) {
        return List.of(
            Line.warn(
                NAME,
                "",
                watch.elapsed(),
                "not one of %d came back: %s".formatted(TIMES, e.getMessage()),
                "the line comes and goes: try again, and look at the hops' logs"));
      }
    }
    List<Duration> sorted = times.stream().sorted().toList();
    Duration median = sorted.get(sorted.size() / 2);
    Optional<Duration> large =
        median.compareTo(NOTICEABLE) > 0 ? largeAgain(visit, waiting) : Optional.empty();
    return List.of(
        large
            .filter(quick -> quick.multipliedBy(TIMES_QUICKER).compareTo(median) < 0)
            .map(quick -> held(visit, watch.elapsed(), median, quick))
            .orElseGet(() -> judge(watch.elapsed(), sorted)));
  }

  /** How long a large message takes at best; whoever collects bytes has enough by that. */
  private static Optional<Duration> largeAgain(Visit visit, Waiting waiting)
      throws InterruptedException {
    int size = Math.min(LARGE_BYTES, visit.upper().largestMessage().orElse(LARGE_BYTES));
    Optional<Duration> best = Optional.empty();
    try (Probe probe = waiting.open(visit.upper().probes())) {
      for (int i = 0; i < TRIES && !waiting.isOver(); i++) {
        Duration took = waiting.get(probe.echo(size, waiting.left()), waiting.left());
        best = best.filter(before -> before.compareTo(took) < 0).or(() -> Optional.of(took));
      }
    } catch (ProbeException e) {
      return best; // what is known by then
    }
    return best;
  }

  private static Line held(Visit visit, Duration took, Duration small, Duration large) {
    String seen =
        "1 byte takes %s there and back, and a large message %s"
            .formatted(Amounts.time(small), Amounts.time(large));
    return Line.warn(
            NAME, "", took, seen, "a hop waits for more before it passes bytes on: see below")
        .because(Limited.by(visit, Cause.BUFFERING, seen + ": small ones wait for more"));
  }

  private static Line judge(Duration took, List<Duration> sorted) {
    Duration median = sorted.get(sorted.size() / 2);
    String seen =
        "median %s of %d (%s to %s)"
            .formatted(
                Amounts.time(median),
                sorted.size(),
                Amounts.time(sorted.get(0)),
                Amounts.time(sorted.get(sorted.size() - 1)));
    if (sorted.size() < TIMES) {
      return Line.warn(
          NAME, "", took, seen + "; then the line ended, or was too slow", "try again");
    }
    return median.compareTo(SLOW) > 0
        ? Line.warn(NAME, "", took, seen, "each request to a registry takes longer by that")
        : Line.pass(NAME, "", took, seen);
  }
}
