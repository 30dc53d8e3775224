package dev.penstock.client.doctor.limits;

import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.Probe.Ended;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.probe.ProbeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * One line on which nothing is said for a time, and then one byte. Whether it is cut meanwhile is
 * seen at once where the hop closes it; one that is forgotten without a word shows by the byte that
 * does not come back.
 *
 * <p>Any thread.
 */
final class SilentLine {
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private SilentLine() {}

  /** What became of one. */
  sealed interface Fate {
    Duration silence();
  }

  /** The byte came back. */
  record Survived(Duration silence) implements Fate {}

  /** The hop closed it, after that much silence. */
  record Cut(Duration silence, Ended how) implements Fate {}

  /** Nobody closed it, and yet the byte did not come back. */
  record Forgotten(Duration silence) implements Fate {}

  /** The server closed it, or it was never there: nothing is learned. */
  record Unknown(Duration silence, String why) implements Fate {}

  /** Keeps silent for that long. Never fails; the line is closed at the end. */
  static CompletableFuture<Fate> keep(ProbeSource source, Timeline time, Duration silence) {
    return source
        .open()
        .thenCompose(
            probe -> {
              long since = time.nanoTime();
              return keep(probe, time, silence, since)
                  .whenComplete((fate, failure) -> probe.close());
            })
        .exceptionally(failure -> new Unknown(silence, ProbeException.said(failure)));
  }

  private static CompletableFuture<Fate> keep(
      Probe probe, Timeline time, Duration silence, long since) {
    CompletableFuture<Fate> fate = new CompletableFuture<>();
    var unused =
        probe
            .ended()
            .thenAccept(
                ended ->
                    fate.complete(
                        ended.isCut()
                            ? new Cut(elapsed(time, since), ended)
                            : new Unknown(elapsed(time, since), "it ended " + ended)));
    var spoken = time.after(silence).thenRun(() -> speak(probe, silence, fate));
    var unusedEither = fate.thenRun(() -> spoken.cancel(false));
    return fate;
  }

  private static void speak(Probe probe, Duration silence, CompletableFuture<Fate> fate) {
    if (fate.isDone()) {
      return;
    }
    // Real time for the answer, whatever time the silence is kept by: it is asked of the line.
    var unused =
        probe
            .echo(1, ANSWER)
            .whenComplete(
                (tripTime, failure) ->
                    fate.complete(
                        failure == null ? new Survived(silence) : new Forgotten(silence)));
  }

  private static Duration elapsed(Timeline time, long since) {
    return Duration.ofNanos(time.nanoTime() - since);
  }
}
