package dev.penstock.tunnel.ops;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Where the time of transfers goes, by what they wait for: the sums of all of them. Any thread.
 *
 * @param <C> what a transfer can wait for
 */
public final class TransferTimes<C extends Enum<C> & TransferTimes.Cause> {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Class<C> causes;
  private final LongSupplier nanoTime;

  /** Complete from the beginning, so that any thread may read the map. */
  private final Map<C, LongAdder> waitedNanos;

  private final LongAdder totalNanos = new LongAdder();
  private final LongAdder begun = new LongAdder();
  private final LongAdder ended = new LongAdder();

  /** What a transfer waits for. */
  public interface Cause {
    /** As a metric's label, such as {@code registry}. */
    String label();

    /** As it stands in a sentence after "waiting for", such as {@code the registry}. */
    String words();
  }

  /** Nothing measured yet. */
  public TransferTimes(Class<C> causes) {
    this(causes, System::nanoTime);
  }

  TransferTimes(Class<C> causes, LongSupplier nanoTime) {
    this.causes = causes;
    this.nanoTime = nanoTime;
    this.waitedNanos = new EnumMap<>(causes);
    EnumSet.allOf(causes).forEach(cause -> waitedNanos.put(cause, new LongAdder()));
  }

  /** Begins to measure one transfer. */
  public TransferTime<C> begin() {
    begun.increment();
    return new TransferTime<>(this, causes);
  }

  /** How long transfers have waited for this; of a wait under way, what was looked at last. */
  public double waitedSeconds(C cause) {
    return adder(cause).sum() / NANOS_PER_SECOND;
  }

  /** How long all transfers that have ended took. */
  public double totalSeconds() {
    return totalNanos.sum() / NANOS_PER_SECOND;
  }

  /** Transfers that have ended, in whatever way. */
  public long ended() {
    return ended.sum();
  }

  /** Transfers that have begun and not ended. */
  public long active() {
    return begun.sum() - ended.sum();
  }

  /** Adds the metrics, under names that begin with {@code prefix}. */
  public void declare(Metrics metrics, String prefix) {
    metrics
        .gauge(
            prefix + "transfers_active",
            "Transfers of blobs that have begun and not ended.",
            this::active)
        .counter(
            prefix + "transfers_total",
            "Transfers of blobs that have ended, in whatever way.",
            this::ended)
        .counters(
            prefix + "transfer_wait_seconds_total",
            List.of("on"),
            "Time that transfers of blobs have waited, by what they waited for.",
            samples ->
                waitedNanos
                    .keySet()
                    .forEach(cause -> samples.add(waitedSeconds(cause), cause.label())))
        .counter(
            prefix + "transfer_seconds_total",
            "Time from beginning to end of transfers of blobs that have ended.",
            this::totalSeconds);
  }

  private LongAdder adder(C cause) {
    return Objects.requireNonNull(waitedNanos.get(cause));
  }

  long nanoNow() {
    return nanoTime.getAsLong();
  }

  void waited(C cause, long nanos) {
    adder(cause).add(nanos);
  }

  void ended(long nanos) {
    totalNanos.add(nanos);
    ended.increment();
  }
}
