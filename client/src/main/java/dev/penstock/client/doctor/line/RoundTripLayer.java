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
    Trips small = Trips.of(visit, waiting, 1, TIMES);
    if (small.sorted().isEmpty()) {
      return List.of(
          Line.warn(
              NAME,
              "",
              watch.elapsed(),
              "not one of %d came back: %s".formatted(TIMES, small.end()),
              "the line comes and goes: try again, and look at the hops' logs"));
    }
    return List.of(
        quickerLarge(visit, waiting, small.median())
            .map(large -> held(visit, watch.elapsed(), small.median(), large))
            .orElseGet(() -> judge(watch.elapsed(), small)));
  }

  /** How long a large message takes at best, if that shows that small ones wait for something. */
  private static Optional<Duration> quickerLarge(Visit visit, Waiting waiting, Duration median)
      throws InterruptedException {
    if (median.compareTo(NOTICEABLE) <= 0) {
      return Optional.empty();
    }
    int size = Math.min(LARGE_BYTES, visit.upper().largestMessage().orElse(LARGE_BYTES));
    return Trips.of(visit, waiting, size, TRIES).sorted().stream()
        .findFirst()
        .filter(large -> large.multipliedBy(TIMES_QUICKER).compareTo(median) < 0);
  }

  private static Line held(Visit visit, Duration took, Duration small, Duration large) {
    String seen =
        "1 byte takes %s there and back, and a large message %s"
            .formatted(Amounts.time(small), Amounts.time(large));
    return Line.warn(
            NAME, "", took, seen, "a hop waits for more before it passes bytes on: see below")
        .because(Limited.by(visit, Cause.BUFFERING, seen + ": small ones wait for more"));
  }

  private static Line judge(Duration took, Trips trips) {
    List<Duration> sorted = trips.sorted();
    String seen =
        "median %s of %d (%s to %s)"
            .formatted(
                Amounts.time(trips.median()),
                sorted.size(),
                Amounts.time(sorted.get(0)),
                Amounts.time(sorted.get(sorted.size() - 1)));
    if (sorted.size() < TIMES) {
      return Line.warn(
          NAME, "", took, seen + "; then the line ended, or was too slow", "try again");
    }
    return trips.median().compareTo(SLOW) > 0
        ? Line.warn(NAME, "", took, seen, "each request to a registry takes longer by that")
        : Line.pass(NAME, "", took, seen);
  }

  /**
   * What messages of one size took there and back, one after the other.
   *
   * @param sorted the quickest first; fewer than asked for where the line ended or the time was up
   * @param end how the line ended, if it did
   */
  private record Trips(List<Duration> sorted, String end) {

    static Trips of(Visit visit, Waiting waiting, int bytes, int count)
        throws InterruptedException {
      List<Duration> times = new ArrayList<>();
      String end = "";
      try (Probe probe = waiting.open(visit.upper().probes())) {
        while (times.size() < count && !waiting.isOver()) {
          times.add(waiting.get(probe.echo(bytes, waiting.left()), waiting.left()));
        }
      } catch (ProbeException e) {
        end = String.valueOf(e.getMessage());
      }
      return new Trips(times.stream().sorted().toList(), end);
    }

    Duration median() {
      return sorted.get(sorted.size() / 2);
    }
  }
}
