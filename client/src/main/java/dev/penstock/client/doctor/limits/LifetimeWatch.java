package dev.penstock.client.doctor.limits;

import dev.penstock.client.doctor.limits.Lifetime.Cut;
import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.Probe.Ended;
import dev.penstock.client.doctor.probe.ProbeException;
import dev.penstock.client.doctor.probe.ProbeSource;
import dev.penstock.client.doctor.visit.Amounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the age at which a path cuts a line that is in use: one that says a byte every second.
 * When it is cut, the next follows, as a limit cuts each at the same age, and an accident or an
 * outage does not. After two cuts at one age, or three in all, there is nothing more to learn.
 *
 * <p>Any thread; what is known can be asked for at any time.
 */
final class LifetimeWatch implements AutoCloseable {
  static final int MAX_CUTS = 3;

  /** Shorter than any idle limit that a client can live with: that is not what is looked for. */
  private static final Duration PULSE = Duration.ofSeconds(1);

  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** A line that has not answered for so long is not known to live. */
  private static final Duration OVERDUE = Duration.ofSeconds(5);

  /** Before the tries to open the next line: what restarts is not back at once. */
  private static final List<Duration> PAUSES =
      List.of(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(5));

  private final ProbeSource source;
  private final Timeline time;
  private final long beganNanos;
  private final long endNanos;
  private final List<Cut> cuts = new ArrayList<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private String how = "";
  private String gone = "";
  private long bornNanos;
  private long heardNanos;
  private @Nullable Probe line;

  private LifetimeWatch(ProbeSource source, Timeline time, Duration longest) {
    this.source = source;
    this.time = time;
    beganNanos = time.nanoTime();
    endNanos = beganNanos + longest.toNanos();
    bornNanos = beganNanos;
    heardNanos = beganNanos;
  }

  /** Opens the first line. */
  static LifetimeWatch begin(ProbeSource source, Timeline time, Duration longest) {
    LifetimeWatch watch = new LifetimeWatch(source, time, longest);
    watch.open(PAUSES.size());
    var unused = time.after(longest).thenRun(() -> watch.end.complete(null));
    return watch;
  }

  /** Opens a line; of the pauses, as many are over. */
  private void open(int paused) {
    if (end.isDone()) {
      return;
    }
    var unused =
        source
            .open()
            .whenComplete(
                (probe, failure) -> {
                  if (failure != null) {
                    failed(failure, paused);
                  } else if (end.isDone()) {
                    probe.close();
                  } else {
                    live(probe);
                  }
                });
  }

  private void openAfterPause(int paused) {
    var unused = time.after(PAUSES.get(paused)).thenRun(() -> open(paused + 1));
  }

  private void failed(Throwable failure, int paused) {
    String why = ProbeException.said(failure);
    boolean isOfServer = failure instanceof ProbeException known && known.isOfServer();
    synchronized (this) {
      how = cuts.isEmpty() ? why : how;
      gone = cuts.isEmpty() || isOfServer ? "" : why;
    }
    if (paused < PAUSES.size()) {
      openAfterPause(paused);
    } else {
      end.complete(null);
    }
  }

  private void live(Probe probe) {
    synchronized (this) {
      bornNanos = time.nanoTime();
      heardNanos = bornNanos;
      gone = "";
      line = probe;
    }
    var unused = probe.ended().thenAccept(how -> ended(probe, how, true));
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
                    heard(probe);
                    pulse(probe);
                  } else {
                    ended(probe, Ended.SILENTLY, false);
                    probe.close();
                  }
                });
  }

  private synchronized void heard(Probe probe) {
    if (line == probe) {
      heardNanos = time.nanoTime();
    }
  }

  private void ended(Probe probe, Ended ended, boolean isClosed) {
    if (end.isDone() || !isNews(probe, ended, isClosed)) {
      return;
    }
    if (ended.isCut() && !isLearned()) {
      openAfterPause(0);
    } else {
      end.complete(null);
    }
  }

  /** False: of a line that is known to have ended. */
  private synchronized boolean isNews(Probe probe, Ended ended, boolean isClosed) {
    if (line != probe) {
      return false;
    }
    line = null;
    how = (ended.isCut() ? "ended " : "a line ended ") + ended;
    if (ended.isCut()) {
      long now = time.nanoTime();
      // One that nobody closed died some time ago: no older than it was when it last answered.
      long diedNanos = isClosed ? now : heardNanos;
      Duration age = Duration.ofNanos(Math.max(1, diedNanos - bornNanos));
      cuts.add(new Cut(age, since(heardNanos), since(now)));
    }
    return true;
  }

  private synchronized boolean isLearned() {
    return cuts.size() == MAX_CUTS || known().limit().isPresent();
  }

  private Duration since(long nanos) {
    return Duration.ofNanos(nanos - beganNanos);
  }

  /** Completes when the time is over, or nothing more can be learned; never fails. */
  CompletableFuture<Void> end() {
    return end;
  }

  /** What is known by now. */
  synchronized Lifetime known() {
    long now = Math.min(time.nanoTime(), endNanos);
    Duration silent = Duration.ofNanos(now - heardNanos);
    boolean isOverdue = line != null && silent.compareTo(OVERDUE) > 0;
    Duration age =
        line == null || isOverdue ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - bornNanos));
    String why = isOverdue ? "no answer came any more for " + Amounts.time(silent) : gone;
    return new Lifetime(cuts, age, since(heardNanos), how, why);
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
