package dev.penstock.client.doctor.limits;

import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.Probe.Ended;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.probe.ProbeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the age at which a path cuts a line that is in use: one that says a byte every second.
 * When it is cut, the next follows, as a limit cuts each at the same age and an accident does not.
 *
 * <p>Any thread; what is known can be asked for at any time.
 */
final class LifetimeWatch implements AutoCloseable {
  /** Shorter than any idle limit that a client can live with: that is not what is looked for. */
  private static final Duration PULSE = Duration.ofSeconds(1);

  private static final Duration ANSWER = Duration.ofSeconds(20);

  private final ProbeSource source;
  private final Timeline time;
  private final long endNanos;
  private final List<Duration> ages = new ArrayList<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private String how = "";
  private long bornNanos;
  private @Nullable Probe line;

  private LifetimeWatch(ProbeSource source, Timeline time, Duration longest) {
    this.source = source;
    this.time = time;
    endNanos = time.nanoTime() + longest.toNanos();
    bornNanos = time.nanoTime();
  }

  /** Opens the first line. */
  static LifetimeWatch begin(ProbeSource source, Timeline time, Duration longest) {
    LifetimeWatch watch = new LifetimeWatch(source, time, longest);
    watch.next();
    var unused = time.after(longest).thenRun(() -> watch.end.complete(null));
    return watch;
  }

  private void next() {
    var unused =
        source
            .open()
            .whenComplete(
                (probe, failure) -> {
                  if (failure != null) {
                    failed(ProbeException.said(failure));
                  } else if (end.isDone()) {
                    probe.close();
                  } else {
                    live(probe);
                  }
                });
  }

  private synchronized void failed(String why) {
    how = ages.isEmpty() ? why : how;
    end.complete(null);
  }

  private void live(Probe probe) {
    synchronized (this) {
      bornNanos = time.nanoTime();
      line = probe;
    }
    var unused = probe.ended().thenAccept(how -> ended(probe, how));
    pulse(probe);
  }

  private void pulse(Probe probe) {
    var unused = time.after(PULSE).thenRun(() -> beat(probe));
  }

  private void beat(Probe probe) {
    if (end.isDone() || probe.ended().isDone()) {
      return;
    }
    var unused =
        probe
            .echo(1, ANSWER)
            .whenComplete(
                (tripTime, failure) -> {
                  if (failure == null) {
                    pulse(probe);
                  } else {
                    ended(probe, Ended.SILENTLY);
                    probe.close();
                  }
                });
  }

  private void ended(Probe probe, Ended ended) {
    Duration age = age(probe, ended);
    if (age.isZero()) {
      return;
    }
    if (time.nanoTime() + age.toNanos() > endNanos) {
      end.complete(null); // the next would not get so old
    } else {
      next();
    }
  }

  /** Zero: of a line that is known to have ended, or whose end tells nothing. */
  private synchronized Duration age(Probe probe, Ended ended) {
    if (line != probe || end.isDone()) {
      return Duration.ZERO;
    }
    line = null;
    if (!ended.isCut()) {
      how = "a line ended " + ended;
      end.complete(null);
      return Duration.ZERO;
    }
    Duration age = Duration.ofNanos(Math.max(1, time.nanoTime() - bornNanos));
    ages.add(age);
    how = "ended " + ended;
    return age;
  }

  /** Completes when the time is over, or nothing more can be learned; never fails. */
  CompletableFuture<Void> end() {
    return end;
  }

  /**
   * What is known by now.
   *
   * @param ages at which lines were cut, in turn
   * @param age of the line that lives
   * @param how the last was cut, or why there is none
   */
  record Known(List<Duration> ages, Duration age, String how) {}

  synchronized Known known() {
    long now = Math.min(time.nanoTime(), endNanos);
    Duration age = line == null ? Duration.ZERO : Duration.ofNanos(now - bornNanos);
    return new Known(List.copyOf(ages), age, how);
  }

  @Override
  public void close() {
    end.complete(null);
    Probe open;
    synchronized (this) {
      open = line;
    }
    if (open != null) {
      open.close();
    }
  }
}
