package dev.penstock.client.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PlacesTest {
  private final Places places = new Places(2);

  @Test
  void places_areGivenAtOnceWhileThereAreAny() {
    assertThat(places.take("main")).isCompleted();
    assertThat(places.take("main")).isCompleted();
    assertThat(places.take("main")).isNotDone();
    assertThat(places.taken("main")).isEqualTo(2);
    assertThat(places.waiting("main")).isEqualTo(1);
  }

  @Test
  void aRegistryThatIsFull_keepsNoOtherWaiting() {
    places.take("main");
    places.take("main");
    assertThat(places.take("main")).isNotDone();
    assertThat(places.take("other")).isCompleted();
  }

  @Test
  void aPlaceThatIsFreed_goesToWhoWaitsLongest() {
    Place first = places.take("main").join();
    Place second = places.take("main").join();
    CompletableFuture<Place> third = places.take("main");
    CompletableFuture<Place> fourth = places.take("main");
    first.close();
    first.close();
    assertThat(third).isCompleted();
    assertThat(fourth).as("closing again frees nothing").isNotDone();
    second.close();
    assertThat(fourth).isCompleted();
    third.join().close();
    fourth.join().close();
    assertThat(places.taken("main")).isZero();
  }

  @Test
  void whoCancels_leavesTheLineAndGetsNoPlace() {
    Place first = places.take("main").join();
    Place second = places.take("main").join();
    CompletableFuture<Place> leaving = places.take("main");
    CompletableFuture<Place> staying = places.take("main");
    leaving.cancel(true);
    assertThat(places.waiting("main")).isEqualTo(1);
    first.close();
    assertThat(staying).isCompleted();
    second.close();
    staying.join().close();
    assertThat(places.taken("main")).isZero();
  }

  @Test
  void manyThatComeAndLeaveAtOnce_neverHaveMoreThanThereAreAndLoseNone() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int kind = i;
        runs.add(threads.submit(() -> comeAndLeave(kind % 2 == 0, inside, most)));
      }
      for (Future<?> run : runs) {
        run.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(most.get()).isBetween(1, 2);
    assertThat(places.taken("main")).isZero();
    assertThat(places.waiting("main")).isZero();
  }

  private void comeAndLeave(boolean givesUp, AtomicInteger inside, AtomicInteger most) {
    for (int i = 0; i < 2_000; i++) {
      CompletableFuture<Place> wanted = places.take("main");
      if (!givesUp || !wanted.cancel(true)) {
        Place place = wanted.orTimeout(20, TimeUnit.SECONDS).join();
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        inside.decrementAndGet();
        place.close();
      }
    }
  }
}
