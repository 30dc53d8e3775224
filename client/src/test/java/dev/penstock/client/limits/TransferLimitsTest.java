package dev.penstock.client.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TransferLimitsTest {
  private static final Limits LIMITS =
      new Limits(
          Limit.ofTransfers(3),
          Map.of("main", Limit.ofTransfers(2), "backup", Limit.ofTransfers(2)));

  private final TransferLimits limits = new TransferLimits(LIMITS);

  @Test
  void aRegistry_takesAsManyAsItsLimitAndSaysSo() {
    TransferPermit first = begin("main");
    begin("main");
    assertThat(explanation("main"))
        .isEqualTo(
            "registry 'main' has 2 transfers under way, and the customer allows 2 at once; retry"
                + " when one has ended");
    assertThat(limits.underWay("main")).isEqualTo(2);
    first.close();
    begin("main");
  }

  @Test
  void allTogether_takeAsManyAsTheTotalAndSaySo() {
    begin("main");
    begin("main");
    TransferPermit third = begin("backup");
    assertThat(explanation("other"))
        .isEqualTo(
            "the registries of this client have 3 transfers under way, and the customer allows 3"
                + " at once; retry when one has ended");
    third.close();
    begin("other");
  }

  @Test
  void aRefusal_countsForNothing() {
    begin("main").close();
    begin("main");
    begin("main");
    explanation("main");
    assertThat(limits.underWay()).isEqualTo(2);
    begin("backup");
    explanation("backup");
    assertThat(limits.underWay("backup")).isEqualTo(1);
  }

  @Test
  void aPermitClosedTwice_countsOnce() {
    TransferPermit first = begin("main");
    begin("main");
    first.close();
    first.close();
    assertThat(limits.underWay()).isEqualTo(1);
    assertThat(limits.underWay("main")).isEqualTo(1);
    begin("main");
    explanation("main");
  }

  @Test
  void withoutLimits_nothingIsRefused() {
    limits.change(Limits.NONE);
    for (int i = 0; i < 1000; i++) {
      begin("main");
    }
    assertThat(limits.underWay()).isEqualTo(1000);
  }

  @Test
  void lowerLimits_endNothingAndCountFromNowOn() {
    List<TransferPermit> underWay = new ArrayList<>(List.of(begin("main"), begin("main")));
    limits.change(new Limits(Limit.NONE, Map.of("main", Limit.ofTransfers(1))));
    assertThat(limits.underWay("main")).isEqualTo(2);
    underWay.remove(0).close();
    assertThat(explanation("main")).contains("1 transfers under way").contains("allows 1 at once");
    underWay.remove(0).close();
    begin("main");
  }

  @Test
  void higherLimits_countFromNowOn() {
    begin("main");
    begin("main");
    limits.change(new Limits(Limit.ofTransfers(3), Map.of()));
    begin("main");
    assertThat(explanation("main")).startsWith("the registries of this client have 3");
  }

  @Test
  void manyThreads_neverExceedTheLimits() throws Exception {
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        runs.add(threads.submit(() -> beginAndEnd(underWay, most)));
      }
      for (Future<?> run : runs) {
        run.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
      assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(most.get()).isBetween(1, 2);
    assertThat(limits.underWay()).isZero();
    assertThat(limits.underWay("main")).isZero();
  }

  private void beginAndEnd(AtomicInteger underWay, AtomicInteger most) {
    for (int i = 0; i < 10_000; i++) {
      if (limits.tryAcquire("main") instanceof TransferPermit permit) {
        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        underWay.decrementAndGet();
        permit.close();
      }
    }
  }

  @Test
  void aLimitOutOfRange_isRefusedByItsKey() {
    assertThatThrownBy(() -> Limit.ofTransfers(0)).hasMessage("transfers: accepted is 1 to 10000");
    assertThatThrownBy(() -> Limit.ofTransfers(10_001)).hasMessageStartingWith("transfers:");
    assertThatThrownBy(() -> Limit.ofRate(1023))
        .hasMessage("bytes-per-second: accepted is 1KiB to 1024GiB");
    assertThatThrownBy(() -> Limit.ofRate((1L << 40) + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Limit.of(10_000, 1L << 40).transfers()).hasValue(10_000);
  }

  private TransferPermit begin(String registry) {
    TransferGrant grant = limits.tryAcquire(registry);
    assertThat(grant).isInstanceOf(TransferPermit.class);
    return (TransferPermit) grant;
  }

  private String explanation(String registry) {
    TransferGrant grant = limits.tryAcquire(registry);
    assertThat(grant).isInstanceOf(TransferGrant.Full.class);
    return ((TransferGrant.Full) grant).explanation();
  }
}
