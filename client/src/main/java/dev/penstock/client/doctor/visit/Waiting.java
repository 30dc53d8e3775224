package dev.penstock.client.doctor.visit;

import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.probe.ProbeSource;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The time that one layer has, and what it waits for. For one thread. */
public final class Waiting {
  private final long deadlineNanos;

  private Waiting(Duration bound) {
    deadlineNanos = System.nanoTime() + bound.toNanos();
  }

  /** From now on. */
  public static Waiting of(Duration bound) {
    return new Waiting(bound);
  }

  /** Not negative. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  public boolean isOver() {
    return left().isZero();
  }

  /** That much, if there is so much left. */
  public Duration atMost(Duration wanted) {
    Duration left = left();
    return wanted.compareTo(left) < 0 ? wanted : left;
  }

  /** The result; a {@link ProbeException.Kind#SILENT} when there is none so soon. */
  public <T> T get(CompletableFuture<T> future, Duration limit)
      throws ProbeException, InterruptedException {
    Duration wait = atMost(limit);
    try {
      return future.get(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw ProbeException.silent("nothing came within " + Amounts.time(wait));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ProbeException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Opens a line within what is left; one that comes later is closed. */
  public Probe open(ProbeSource source) throws ProbeException, InterruptedException {
    CompletableFuture<Probe> opening = source.open();
    boolean isOpen = false;
    try {
      Probe probe = get(opening, left());
      isOpen = true;
      return probe;
    } finally {
      if (!isOpen) {
        var unused = opening.thenAccept(Probe::close);
      }
    }
  }
}
