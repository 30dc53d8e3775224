package dev.penstock.client.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RateLimitTest {
  private static final int READ = 16 << 10;
  private static final long RATE = 10 << 17;

  /** What an idle bucket lets through at once: its tenth of a second, and the read that empties. */
  private static final int READS_AT_ONCE = (int) (RATE / 10 / READ) + 1;

  private long nanos = -5_000_000_000L;

  @Test
  void withoutALimit_nobodyWaits() {
    Pace pace = limit(Limits.NONE).pace("main", READ);
    for (int i = 0; i < 10_000; i++) {
      assertThat(pace.nanosUntilRead()).isZero();
      pace.onRead(READ);
    }
  }

  @Test
  void aTransferThatBegins_readsAtOnceWhatTheBucketHolds() {
    Pace pace = limit(total(RATE)).pace("main", READ);
    assertThat(readsNow(pace)).isEqualTo(READS_AT_ONCE);
  }

  @Test
  void theWaitThatIsTold_isEnoughAndNotTooLong() {
    Pace pace = limit(total(RATE)).pace("main", READ);
    readsNow(pace);
    for (int i = 0; i < 1000; i++) {
      long wait = pace.nanosUntilRead();
      assertThat(wait).isPositive();
      nanos += wait - 1000;
      assertThat(pace.nanosUntilRead()).as("a microsecond before").isPositive();
      nanos += 1000;
      assertThat(pace.nanosUntilRead()).isZero();
      pace.onRead(READ);
    }
  }

  @Test
  void askingMoreOften_changesNothing() {
    Pace pace = limit(total(RATE)).pace("main", READ);
    readsNow(pace);
    long wait = pace.nanosUntilRead();
    for (int i = 0; i < 100; i++) {
      assertThat(pace.nanosUntilRead()).isEqualTo(wait);
    }
    nanos += wait / 2;
    assertThat(pace.nanosUntilRead()).isCloseTo(wait / 2, within(2L));
  }

  @Test
  void waits_areWorthATimerAndShortEnoughToLearnOfOtherLimits() {
    Pace fast = limit(total(1L << 40)).pace("main", 1 << 30);
    readsNow(fast);
    assertThat(fast.nanosUntilRead()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(1));
    Pace slow = limit(total(1 << 10)).pace("main", 1 << 20);
    readsNow(slow);
    assertThat(slow.nanosUntilRead()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
  }

  @Test
  void timeThatNobodyUses_isNotSaved() {
    Pace pace = limit(total(RATE)).pace("main", READ);
    readsNow(pace);
    nanos += TimeUnit.HOURS.toNanos(1);
    assertThat(readsNow(pace)).isEqualTo(READS_AT_ONCE);
  }

  @Test
  void aRegistrysLimit_holdsForItAlone() {
    RateLimit limit = limit(new Limits(Limit.NONE, Map.of("main", Limit.ofRate(RATE))));
    Pace one = limit.pace("main", READ);
    Pace two = limit.pace("main", READ);
    Pace other = limit.pace("other", READ);
    readsNow(one);
    assertThat(two.nanosUntilRead()).as("of the same registry").isPositive();
    assertThat(other.nanosUntilRead()).isZero();
  }

  @Test
  void theTotalsLimit_holdsForAll() {
    RateLimit limit = limit(total(RATE));
    readsNow(limit.pace("main", READ));
    assertThat(limit.pace("other", READ).nanosUntilRead()).isPositive();
  }

  @Test
  void theStricterOfTheTwo_decides() {
    RateLimit limit = limit(new Limits(Limit.ofRate(RATE), Map.of("main", Limit.ofRate(RATE / 4))));
    Pace main = limit.pace("main", READ);
    assertThat(readsNow(main)).isEqualTo((int) (RATE / 40 / READ) + 1);
  }

  @Test
  void aReadThatBringsLess_givesTheRestBack() {
    Pace pace = limit(total(RATE)).pace("main", READ);
    int reads = 0;
    while (pace.nanosUntilRead() == 0) {
      pace.onRead(1 << 10);
      reads++;
    }
    assertThat(reads).isEqualTo((int) (RATE / 10 / 1024) + 1);
  }

  @Test
  void aReadThatBringsMore_isWaitedFor() {
    Pace pace = limit(total(RATE)).pace("main", READ);
    assertThat(pace.nanosUntilRead()).isZero();
    pace.onRead(RATE / 10 + RATE / 2);
    assertThat(pace.nanosUntilRead()).isCloseTo(TimeUnit.MILLISECONDS.toNanos(500), within(2L));
  }

  @Test
  void aReadThatWasNotAskedFor_countsForNothing() {
    Pace pace = limit(total(RATE)).pace("main", READ);
    pace.onRead(10 * RATE);
    assertThat(readsNow(pace)).isEqualTo(READS_AT_ONCE);
  }

  @Test
  void oneLargeRead_isADebtInBothLines() {
    RateLimit limit = limit(new Limits(Limit.ofRate(2 * RATE), Map.of("main", Limit.ofRate(RATE))));
    int large = (int) (RATE / 10 + RATE / 4);
    Pace reading = limit.pace("main", large);
    assertThat(reading.nanosUntilRead()).isZero();
    reading.onRead(large);
    assertThat(limit.pace("main", READ).nanosUntilRead())
        .isCloseTo(TimeUnit.MILLISECONDS.toNanos(250), within(2L));
    assertThat(limit.pace("other", READ).nanosUntilRead())
        .as("the total's debt is smaller, and a read of main stands before")
        .isCloseTo(nanosOf(large - 2 * RATE / 10 + READ, 2 * RATE), within(2L));
  }

  @Test
  void aTransferThatCloses_leavesTheLine() {
    RateLimit limit = limit(total(RATE));
    Pace reading = limit.pace("main", READ);
    readsNow(reading);
    Pace second = limit.pace("main", READ);
    long wait = reading.nanosUntilRead();
    assertThat(second.nanosUntilRead()).isCloseTo(wait + nanosOf(READ, RATE), within(2L));
    reading.close();
    reading.close();
    assertThat(second.nanosUntilRead()).isEqualTo(wait);
  }

  @Test
  void aTransferThatCloses_givesBackItsTurnAndWhatDidNotCome() {
    RateLimit limit = limit(total(RATE));
    Pace closing = limit.pace("main", READ);
    for (int i = 0; i < READS_AT_ONCE; i++) {
      assertThat(closing.nanosUntilRead()).isZero();
    }
    closing.onRead(READ);
    closing.close();
    Pace next = limit.pace("main", READ);
    assertThat(readsNow(next)).as("all but the read that came").isEqualTo(READS_AT_ONCE - 1);
  }

  @Test
  void aTurnThatCameAndWasNotUsed_isGivenBack() {
    RateLimit limit =
        limit(new Limits(Limit.ofRate(RATE), Map.of("slow", Limit.ofRate(RATE / 64))));
    Pace slow = limit.pace("slow", READ);
    readsNow(slow);
    assertThat(slow.nanosUntilRead()).as("waits for its registry, not for the total").isPositive();
    slow.close();
    assertThat(readsNow(limit.pace("main", READ))).isEqualTo(READS_AT_ONCE - 1);
  }

  @Test
  void afterClosing_nothingCounts() {
    RateLimit limit = limit(total(RATE));
    Pace closed = limit.pace("main", READ);
    closed.close();
    for (int i = 0; i < 100; i++) {
      assertThat(closed.nanosUntilRead()).isZero();
      closed.onRead(READ);
    }
    assertThat(readsNow(limit.pace("main", READ))).isEqualTo(READS_AT_ONCE);
  }

  @Test
  void whoWaitsForASlowRegistry_keepsNobodyElseWaiting() {
    RateLimit limit =
        limit(new Limits(Limit.ofRate(RATE), Map.of("slow", Limit.ofRate(RATE / 64))));
    for (int i = 0; i < 3; i++) {
      Pace slow = limit.pace("slow", READ);
      while (slow.nanosUntilRead() == 0) {
        slow.onRead(READ);
      }
    }
    nanos += TimeUnit.MILLISECONDS.toNanos(100);
    assertThat(limit.pace("main", READ).nanosUntilRead()).isZero();
  }

  @Test
  void aHigherRate_countsForWhoWaits() {
    RateLimit limit = limit(total(1 << 10));
    Pace pace = limit.pace("main", READ);
    readsNow(pace);
    assertThat(pace.nanosUntilRead()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    limit.change(total(RATE));
    assertThat(pace.nanosUntilRead()).isLessThanOrEqualTo(nanosOf(READ, RATE)).isGreaterThan(0);
  }

  @Test
  void aLowerRate_countsForWhoWaits() {
    RateLimit limit = limit(total(RATE));
    Pace pace = limit.pace("main", READ);
    readsNow(pace);
    long wait = pace.nanosUntilRead();
    limit.change(total(RATE / 2));
    assertThat(pace.nanosUntilRead()).isCloseTo(2 * wait, within(2L));
  }

  @Test
  void aLimitThatIsLifted_letsAllReadAtOnce() {
    RateLimit limit = limit(total(1 << 10));
    Pace pace = limit.pace("main", READ);
    readsNow(pace);
    assertThat(pace.nanosUntilRead()).isPositive();
    limit.change(Limits.NONE);
    for (int i = 0; i < 1000; i++) {
      assertThat(pace.nanosUntilRead()).isZero();
    }
  }

  @Test
  void aLimitThatIsNew_countsForTransfersUnderWay() {
    RateLimit limit = limit(Limits.NONE);
    Pace pace = limit.pace("main", READ);
    for (int i = 0; i < 1000; i++) {
      assertThat(pace.nanosUntilRead()).isZero();
      pace.onRead(READ);
    }
    limit.change(new Limits(Limit.NONE, Map.of("main", Limit.ofRate(RATE))));
    assertThat(readsNow(pace)).isEqualTo(READS_AT_ONCE);
    List<Pace> others = List.of(limit.pace("main", READ), limit.pace("other", READ));
    assertThat(others.get(0).nanosUntilRead()).isPositive();
    assertThat(others.get(1).nanosUntilRead()).isZero();
  }

  private RateLimit limit(Limits limits) {
    return new RateLimit(limits, () -> nanos);
  }

  private static Limits total(long bytesPerSecond) {
    return new Limits(Limit.ofRate(bytesPerSecond), Map.of());
  }

  /** Reads until it would have to wait; the next to ask it then stands in line. */
  private static int readsNow(Pace pace) {
    int reads = 0;
    while (pace.nanosUntilRead() == 0) {
      pace.onRead(READ);
      reads++;
    }
    return reads;
  }

  private static long nanosOf(long bytes, long bytesPerSecond) {
    return bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
  }
}
