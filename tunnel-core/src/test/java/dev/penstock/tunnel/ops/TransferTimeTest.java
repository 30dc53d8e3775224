package dev.penstock.tunnel.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransferTimeTest {
  private long nanos = Long.MAX_VALUE - 1_000_000_000; // the clock may pass its end
  private int readings;
  private final TransferTimes<Cause> times = new TransferTimes<>(Cause.class, this::read);

  private enum Cause implements TransferTimes.Cause {
    SOURCE("the source"),
    SINK("the sink");

    private final String words;

    Cause(String words) {
      this.words = words;
    }

    @Override
    public String label() {
      return name();
    }

    @Override
    public String words() {
      return words;
    }
  }

  private long read() {
    readings++;
    return nanos;
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Test
  void time_isToldByWhatItWasSpentOn() {
    TransferTime<Cause> time = times.begin();
    time.waitsFor(Cause.SOURCE);
    pass(Duration.ofSeconds(30));
    time.waitsFor(null);
    pass(Duration.ofSeconds(1));
    time.waitsFor(Cause.SINK);
    pass(Duration.ofMillis(3100));
    assertThat(time.spent().words())
        .isEqualTo("of 34 s, 30 s were spent waiting for the source, 3.1 s for the sink");
    assertThat(times.active()).isEqualTo(1);
    assertThat(times.waitedSeconds(Cause.SINK)).as("up to the last look").isEqualTo(3.1);
    time.end();
    assertThat(times.waitedSeconds(Cause.SOURCE)).isEqualTo(30);
    assertThat(times.waitedSeconds(Cause.SINK)).isEqualTo(3.1);
    assertThat(times.totalSeconds()).isEqualTo(34.1);
    assertThat(time.spent().words()).startsWith("of 34 s, 30 s");
  }

  @Test
  void theSameAsBefore_readsNoClock() {
    TransferTime<Cause> time = times.begin();
    time.waitsFor(Cause.SOURCE);
    int before = readings;
    pass(Duration.ofSeconds(1));
    time.waitsFor(Cause.SOURCE);
    assertThat(readings).isEqualTo(before);
    time.end();
    assertThat(times.waitedSeconds(Cause.SOURCE)).isEqualTo(1);
  }

  @Test
  void whatWasSpent_isASnapshot() {
    TransferTime<Cause> time = times.begin();
    time.waitsFor(Cause.SINK);
    pass(Duration.ofSeconds(2));
    TimeSpent<Cause> early = time.spent();
    pass(Duration.ofSeconds(2));
    time.end();
    pass(Duration.ofSeconds(2));
    assertThat(early)
        .isEqualTo(
            new TimeSpent<>(Duration.ofSeconds(2), Map.of(Cause.SINK, Duration.ofSeconds(2))));
    assertThat(time.spent())
        .isEqualTo(
            new TimeSpent<>(Duration.ofSeconds(4), Map.of(Cause.SINK, Duration.ofSeconds(4))));
  }

  @Test
  void metrics_tellOfTransfersAndTheirWaits() {
    TransferTime<Cause> time = times.begin();
    times.begin();
    time.waitsFor(Cause.SINK);
    pass(Duration.ofSeconds(2));
    time.end();
    Metrics metrics = new Metrics();
    times.declare(metrics, "x_");
    assertThat(metrics.text())
        .contains(
            "\nx_transfers_active 1\n",
            "\nx_transfers_total 1\n",
            "\nx_transfer_wait_seconds_total{on=\"SOURCE\"} 0\n",
            "\nx_transfer_wait_seconds_total{on=\"SINK\"} 2\n",
            "\nx_transfer_seconds_total 2\n");
  }

  @Test
  void hardlyAnyWaiting_isNotTold() {
    TransferTime<Cause> time = times.begin();
    time.waitsFor(Cause.SINK);
    pass(Duration.ofMillis(49));
    time.waitsFor(null);
    pass(Duration.ofSeconds(9));
    assertThat(time.spent().words()).isEmpty();
  }

  @Test
  void theEnd_countsOnce() {
    TransferTime<Cause> time = times.begin();
    pass(Duration.ofSeconds(1));
    time.end();
    pass(Duration.ofSeconds(1));
    time.waitsFor(Cause.SINK);
    time.end();
    assertThat(times.totalSeconds()).isEqualTo(1);
    assertThat(times.waitedSeconds(Cause.SINK)).isZero();
  }
}
