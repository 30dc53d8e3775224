package dev.penstock.client.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many transfers that read for seconds of a clock that does not run by itself. */
final class RateLimitSharesTest {
  private static final int READ = 16 << 10;
  private static final long RATE = 10 << 19;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final double SHARE_TOLERANCE = 2 * READ;

  private final long seed = Long.getLong("penstock.seed", new Random().nextLong());
  private final Random random = new Random(seed);
  private final List<Transfer> transfers = new ArrayList<>();
  private final List<Read> reads = new ArrayList<>();
  private long nanos = 1;
  private long latestWakeUpNanos;
  private int mostTransfers;

  @BeforeEach
  void print() {
    System.out.println("RateLimitSharesTest: replay with -Dpenstock.seed=" + seed);
  }

  @Test
  void one_getsTheRate() {
    begin(limit(total(RATE)), "main");
    run(10);
    assertThat(bytes("main")).isBetween(10 * RATE, 10 * RATE + RATE / 10 + READ);
  }

  @Test
  void several_getEqualShares() {
    begin(limit(total(RATE)), "a", "a", "b", "c", "d", "e", "f");
    run(10);
    double share = transfers.stream().mapToLong(t -> t.bytes).average().orElseThrow();
    assertThat(share * transfers.size()).isCloseTo(10.1 * RATE, within(2.0 * READ));
    // Who came first had what the bucket held.
    transfers.stream()
        .skip(1)
        .forEach(t -> assertThat((double) t.bytes).isCloseTo(10.0 * RATE / 7, within(3.0 * READ)));
  }

  @Test
  void oneThatComesLater_getsTheSameShareFromThenOn() {
    RateLimit limit = limit(total(RATE));
    begin(limit, "main", "main", "main");
    run(5);
    long before = transfers.get(1).bytes;
    begin(limit, "main");
    run(5);
    assertThat((double) transfers.get(3).bytes)
        .isCloseTo((double) (transfers.get(1).bytes - before), within(SHARE_TOLERANCE));
  }

  @Test
  void aLimitedRegistry_leavesTheRestToTheOthers() {
    begin(
        limit(new Limits(Limit.ofRate(RATE), Map.of("slow", Limit.ofRate(RATE / 8)))),
        "slow",
        "slow",
        "slow",
        "fast");
    run(10);
    assertThat((double) bytes("slow")).isCloseTo(10.1 * RATE / 8, within(4.0 * READ));
    assertThat((double) bytes("fast")).isCloseTo(10.1 * RATE * 7 / 8, within(6.0 * READ));
  }

  @Test
  void timersThatAreLate_costNothing() {
    latestWakeUpNanos = TimeUnit.MILLISECONDS.toNanos(20);
    begin(limit(total(RATE)), "a", "b", "c", "d");
    run(10);
    assertThat((double) reads.stream().mapToLong(Read::bytes).sum())
        .as("seed %d", seed)
        .isCloseTo(10.0 * RATE, within(0.2 * RATE));
  }

  @Test
  void atNoTime_isMoreReadThanTheRateAllows() {
    latestWakeUpNanos = TimeUnit.MILLISECONDS.toNanos(300);
    RateLimit limit = limit(new Limits(Limit.ofRate(RATE), Map.of("a", Limit.ofRate(RATE / 2))));
    for (int i = 0; i < 40; i++) {
      begin(limit, random.nextBoolean() ? "a" : "b");
      if (transfers.size() > 1 + random.nextInt(5)) {
        Transfer ending = transfers.remove(random.nextInt(transfers.size()));
        ending.pace.close();
      }
      nanos += random.nextInt(4) == 0 ? 2 * SECOND : 0;
      run(0.1);
    }
    assertThat(reads).as("seed %d", seed).hasSizeGreaterThan(300);
    assertWithin(reads, RATE);
    assertWithin(reads.stream().filter(read -> read.registry.equals("a")).toList(), RATE / 2);
  }

  /** From each read to each later one. */
  private void assertWithin(List<Read> some, long rate) {
    for (int from = 0; from < some.size(); from++) {
      long sum = 0;
      for (Read read : some.subList(from, some.size())) {
        sum += read.bytes;
        double most = (double) (read.nanos - some.get(from).nanos) / SECOND * rate;
        if (sum > most + rate / 10.0 + mostTransfers * READ + 1) {
          throw new AssertionError("%d bytes from read %d, seed %d".formatted(sum, from, seed));
        }
      }
    }
  }

  private RateLimit limit(Limits limits) {
    return new RateLimit(limits, () -> nanos);
  }

  private static Limits total(long bytesPerSecond) {
    return new Limits(Limit.ofRate(bytesPerSecond), Map.of());
  }

  private void begin(RateLimit limit, String... registries) {
    for (String registry : registries) {
      transfers.add(new Transfer(registry, limit.pace(registry, READ), nanos));
    }
    mostTransfers = Math.max(mostTransfers, transfers.size());
  }

  private void run(double seconds) {
    long end = nanos + (long) (seconds * SECOND);
    Transfer next = next();
    while (next.wakeUpNanos <= end) {
      nanos = Math.max(nanos, next.wakeUpNanos);
      readAllThatMayBe(next);
      next = next();
    }
    nanos = end;
  }

  private Transfer next() {
    return transfers.stream().min(Comparator.comparingLong(t -> t.wakeUpNanos)).orElseThrow();
  }

  private void readAllThatMayBe(Transfer transfer) {
    long wait = transfer.pace.nanosUntilRead();
    while (wait == 0) {
      int bytes = latestWakeUpNanos == 0 ? READ : 1 + random.nextInt(READ);
      transfer.pace.onRead(bytes);
      transfer.bytes += bytes;
      reads.add(new Read(nanos, transfer.registry, bytes));
      wait = transfer.pace.nanosUntilRead();
    }
    long late = latestWakeUpNanos == 0 ? 0 : (long) (random.nextDouble() * latestWakeUpNanos);
    transfer.wakeUpNanos = nanos + wait + late;
  }

  private long bytes(String registry) {
    return transfers.stream()
        .filter(transfer -> transfer.registry.equals(registry))
        .mapToLong(transfer -> transfer.bytes)
        .sum();
  }

  private record Read(long nanos, String registry, int bytes) {}

  private static final class Transfer {
    final String registry;
    final Pace pace;
    long wakeUpNanos;
    long bytes;

    Transfer(String registry, Pace pace, long wakeUpNanos) {
      this.registry = registry;
      this.pace = pace;
      this.wakeUpNanos = wakeUpNanos;
    }
  }
}
