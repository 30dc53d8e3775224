package dev.penstock.client.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.doctor.probe.FakePath;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.UpperVisits;
import dev.penstock.client.doctor.visit.Verdict;
import dev.penstock.client.doctor.visit.Visit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class WalkTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  private final Visit visit = UpperVisits.of(new FakePath());
  private final CountDownLatch released = new CountDownLatch(1);

  @AfterEach
  void release() {
    released.countDown();
  }

  @Test
  void layerAboveAFailedOne_isSkipped_andOneBesideIsNot() throws InterruptedException {
    Walk walk = new Walk(visit, Duration.ofSeconds(10));
    visit.block("tls");
    assertThat(walk.onPath(layer(() -> List.of()), SHORT))
        .containsExactly(Line.skip("fake", "", "because 'tls' failed"));
    Line line = Line.pass("fake", "", SHORT, "well");
    assertThat(walk.beside(layer(() -> List.of(line)), SHORT)).containsExactly(line);
  }

  @Test
  void layerThatNeverEnds_isGivenUp_andBlocksThePath() throws InterruptedException {
    Walk walk = new Walk(visit, Duration.ofMillis(300));
    List<Line> lines = walk.onPath(layer(this::hang), Duration.ofSeconds(10));
    assertThat(lines)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.verdict()).isEqualTo(Verdict.FAIL);
              assertThat(line.seen()).startsWith("no end within");
            });
    assertThat(visit.blockedBy()).contains("fake");
    assertThat(walk.beside(layer(() -> List.of()), SHORT))
        .containsExactly(Line.skip("fake", "", "the time was up before"));
  }

  @Test
  void stop_interruptsTheLayer_takesWhatItKnows_andSkipsTheRest() throws Exception {
    Walk walk = new Walk(visit, Duration.ofSeconds(20));
    CountDownLatch begun = new CountDownLatch(1);
    Line known = Line.pass("fake", "", SHORT, "half of it");
    CompletableFuture<List<Line>> lines =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return walk.onPath(
                    layer(
                        () -> {
                          begun.countDown();
                          try {
                            released.await();
                          } catch (InterruptedException e) {
                            return List.of(known);
                          }
                          return List.of();
                        }),
                    Duration.ofSeconds(20));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    walk.stop();
    assertThat(lines.get(10, TimeUnit.SECONDS)).containsExactly(known);
    assertThat(walk.onPath(layer(() -> List.of()), SHORT))
        .containsExactly(Line.skip("fake", "", "told to end before"));
  }

  @Test
  void defect_isALineOfItsOwn() throws InterruptedException {
    Walk walk = new Walk(visit, Duration.ofSeconds(10));
    List<Line> lines =
        walk.onPath(
            layer(
                () -> {
                  throw new IllegalStateException("oh");
                }),
            Duration.ofSeconds(5));
    assertThat(lines.get(0).seen()).contains("defect of the doctor", "oh");
  }

  /** Not even an interruption ends it. */
  private List<Line> hang() {
    while (released.getCount() > 0) {
      try {
        released.await();
      } catch (InterruptedException e) {
        // goes on, as foreign code may
      }
    }
    return List.of();
  }

  private interface Work {
    List<Line> run();
  }

  private static Layer layer(Work work) {
    return new Layer() {
      @Override
      public String name() {
        return "fake";
      }

      @Override
      public List<Line> examine(Visit visit) {
        return work.run();
      }
    };
  }
}
