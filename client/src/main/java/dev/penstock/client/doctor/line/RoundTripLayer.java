package dev.penstock.client.doctor.line;

import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long one small message takes there and back. */
final class RoundTripLayer implements Layer {
  static final String NAME = "round trip";
  private static final int TIMES = 10;
  private static final Duration SLOW = Duration.ofSeconds(1);

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
    return List.of(judge(watch.elapsed(), times.stream().sorted().toList()));
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
