package dev.penstock.tunnel.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final long SEED = 20261101;

  private final Backoff backoff = Backoff.toAttach(new Random(SEED));

  @Test
  void waits_doubleUpToTheLongestAndStayInTheUpperHalf() {
    Duration step = Backoff.FIRST;
    for (int i = 0; i < 20; i++) {
      assertThat(backoff.next(false, null)).as("wait %s", i).isBetween(step.dividedBy(2), step);
      step = step.multipliedBy(2);
      step = step.compareTo(Backoff.LONGEST) > 0 ? Backoff.LONGEST : step;
    }
    assertThat(step).isEqualTo(Backoff.LONGEST);
  }

  @Test
  void reset_beginsAnew() {
    IntStream.range(0, 10).forEach(i -> backoff.next(false, null));
    backoff.reset();
    assertThat(backoff.next(false, null)).isLessThanOrEqualTo(Backoff.FIRST);
  }

  @Test
  void manyClients_comeBackSpreadOut() {
    int[] tenths = new int[10];
    Random random = new Random(SEED);
    for (int i = 0; i < 10_000; i++) {
      long wait = Backoff.toAttach(random).next(false, null).toNanos();
      long half = Backoff.FIRST.toNanos() / 2;
      tenths[(int) Math.min(9, (wait - half) * 10 / half)]++;
    }
    assertThat(IntStream.of(tenths)).allMatch(count -> count > 800 && count < 1_200);
  }

  @Test
  void thousandClients_ofARestartedServerComeBackSpreadOut() {
    long restart = Duration.ofSeconds(2).toNanos();
    long window = Duration.ofMillis(100).toNanos();
    int[] arrivals = new int[40];
    Random random = new Random(SEED);
    for (int client = 0; client < 1_000; client++) {
      Backoff waits = Backoff.toResume(random);
      long at = 0; // all lose it at one moment, and dial once at once
      while (at < restart) {
        at += waits.next(false, null).toNanos();
      }
      arrivals[(int) ((at - restart) / window)]++;
    }
    assertThat(IntStream.of(arrivals)).allMatch(count -> count < 150);
    assertThat(IntStream.of(arrivals).sum()).as("all within 4 s").isEqualTo(1_000);
  }

  @Test
  void refusal_isAskedAgainSlowlyFromTheFirst() {
    for (int i = 0; i < 5; i++) {
      assertThat(backoff.next(true, null)).isBetween(Backoff.REFUSED.dividedBy(2), Backoff.REFUSED);
    }
  }

  @Test
  void retryAfter_isNotUndercut() {
    Duration asked = Duration.ofSeconds(90);
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.next(false, asked)).isBetween(asked, asked.plus(Backoff.FIRST));
    }
  }

  @Test
  void retryAfter_shorterThanTheOwnWaitChangesNothing() {
    assertThat(backoff.next(true, Duration.ZERO)).isGreaterThan(Duration.ofSeconds(29));
  }

  @Test
  void retryAfter_ofEternityIsCapped() {
    Duration eternity = Duration.ofSeconds(Long.MAX_VALUE);
    assertThat(backoff.next(false, eternity))
        .isBetween(Backoff.LONGEST_ASKED, Backoff.LONGEST_ASKED.plus(Backoff.FIRST));
  }
}
