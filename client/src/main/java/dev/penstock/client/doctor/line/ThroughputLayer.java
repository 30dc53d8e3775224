package dev.penstock.client.doctor.line;

import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.Probe.Passed;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** How many bytes a second go up, where blobs go, and down. */
final class ThroughputLayer implements Layer {
  static final String NAME = "throughput";
  private static final Duration LIMIT = Duration.ofSeconds(2);

  /** For what is on the way when the time is up. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private static final long BYTES = 64 << 20;
  private static final int MESSAGE_BYTES = 64 << 10;

  /** What the server sends in at most 65,536 messages. */
  private static final int MIN_MESSAGE_BYTES = 1 << 10;

  private static final double SLOW = 1 << 20;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Line> examine(Visit visit) throws InterruptedException {
    int largest = visit.upper().largestMessage().orElse(MESSAGE_BYTES);
    if (largest < MIN_MESSAGE_BYTES) {
      return List.of(Line.skip(NAME, "", "messages do not get large enough here"));
    }
    int size = Math.min(MESSAGE_BYTES, largest);
    return List.of(
        measure(visit, "up", probe -> probe.up(BYTES, size, LIMIT)),
        measure(visit, "down", probe -> probe.down(BYTES, size, LIMIT)));
  }

  private static Line measure(Visit visit, String way, Transfer transfer)
      throws InterruptedException {
    Time watch = Time.start();
    Waiting waiting = Waiting.of(visit.bound());
    try (Probe probe = waiting.open(visit.upper().probes())) {
      Passed passed = waiting.get(transfer.begin(probe), LIMIT.plus(GRACE));
      return judge(way, watch.elapsed(), passed);
    } catch (ProbeException e) {
      return Line.warn(
          NAME,
          way,
          watch.elapsed(),
          "not to be told: " + e.getMessage(),
          "transfers will be slow, or break: ask who runs the line whether it is full or"
              + " throttled");
    }
  }

  private static Line judge(String way, Duration took, Passed passed) {
    String seen =
        "%s (%s MiB in %s)"
            .formatted(
                Amounts.rate(passed.bytesPerSecond()),
                String.format(Locale.ROOT, "%.1f", passed.bytes() / (double) (1 << 20)),
                Amounts.time(passed.took()));
    return passed.bytesPerSecond() < SLOW
        ? Line.warn(NAME, way, took, seen, slow(passed.bytesPerSecond()))
        : Line.pass(NAME, way, took, seen);
  }

  private static String slow(double bytesPerSecond) {
    Duration gibibyte = Duration.ofSeconds((long) ((1 << 30) / Math.max(1, bytesPerSecond)));
    return "a blob of 1 GiB takes %s at this rate; is the line full, or throttled?"
        .formatted(Amounts.time(gibibyte));
  }

  /** One way. */
  private interface Transfer {
    CompletableFuture<Passed> begin(Probe probe);
  }
}
