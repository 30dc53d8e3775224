package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.EmbeddedRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers that stop reading do not slow down those that go on. */
class FairnessTest {
  private static final int CALLERS = 8;
  private static final long STALLED_BLOB_BYTES = 64L << 20;
  private static final long STALL_AT_BYTES = 1 << 20;

  /** Together 256 MiB, which takes well over a second on the two cores of a small machine. */
  private static final long RUNNING_BLOB_BYTES = 32L << 20;

  private static final int ROUNDS = 3;
  private static final int MOST_TIMES_SLOWER = 2;

  /**
   * The two sides are measured in turn, but a machine may do something else for all of one side's
   * rounds. Starvation is there each time, such noise is not: one comparison that holds is enough.
   */
  private static final int MOST_COMPARISONS = 3;

  private EmbeddedRegistry registry;
  private Deployment penstock;
  private Callers callers;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    registry = EmbeddedRegistry.start();
    penstock = Deployment.builder(directory).registry(registry.url()).start();
    callers = new Callers(registry, penstock);
  }

  @AfterEach
  void stop() {
    penstock.close();
    registry.close();
  }

  @Test
  void runningCallers_areAsFastBesideStalledOnes() throws Exception {
    List<Blob> stalled = callers.publish(CALLERS, 4_000, STALLED_BLOB_BYTES);
    List<Blob> running = callers.publish(CALLERS, 5_000, RUNNING_BLOB_BYTES);
    var unused = callers.expectAllWhole(running); // What the JVM compiles is no one's time.
    List<Comparison> seen = new ArrayList<>();
    do {
      seen.add(compare(stalled, running));
    } while (!seen.get(seen.size() - 1).holds() && seen.size() < MOST_COMPARISONS);
    assertThat(seen).anyMatch(Comparison::holds);
  }

  private Comparison compare(List<Blob> stalled, List<Blob> running) throws Exception {
    List<Duration> alone = new ArrayList<>();
    List<Duration> beside = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      alone.add(callers.expectAllWhole(running));
      List<BlobReceiver> waiting = callers.stall(stalled, STALL_AT_BYTES);
      beside.add(callers.expectAllWhole(running));
      callers.leave(waiting, stalled);
    }
    return new Comparison(median(alone), median(beside));
  }

  private static Duration median(List<Duration> durations) {
    return durations.stream().sorted().toList().get(durations.size() / 2);
  }

  /** What the running callers took. */
  private record Comparison(Duration alone, Duration beside) {
    boolean holds() {
      return beside.compareTo(alone.multipliedBy(MOST_TIMES_SLOWER)) <= 0;
    }
  }
}
