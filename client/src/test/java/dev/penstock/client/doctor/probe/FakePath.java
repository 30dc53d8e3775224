package dev.penstock.client.doctor.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A path with the limits that a test gives it; without any it lets everything pass at once.
 *
 * <p>Echoes that are lost fail at once with {@link ProbeException.Kind#SILENT}, so that no test
 * waits.
 */
public final class FakePath implements ProbeSource {
  public final AtomicInteger opened = new AtomicInteger();
  public final List<FakeProbe> lines = new ArrayList<>();
  private LongSupplier nanoTime = System::nanoTime;
  private Function<Duration, CompletableFuture<Void>> after =
      wait -> {
        throw new IllegalStateException("a limit in time needs a test's own time");
      };
  public int serversMaxMessageBytes = 128 << 10;
  public int largestMessage = 1 << 20;
  public boolean closesOnLarge = true;
  public boolean holdsSmall;
  public Duration smallTakes = Duration.ofMillis(1);
  public Duration largeTakes = Duration.ofMillis(1);
  public Duration idleLimit = Duration.ZERO;
  public boolean forgets;
  public Duration lifetimeLimit = Duration.ZERO;
  public double bytesPerSecond = 1e9;
  public @Nullable ProbeException refusal;
  boolean isClosed;

  /** Time passes here as these say. */
  public void keep(LongSupplier now, Function<Duration, CompletableFuture<Void>> wait) {
    nanoTime = now;
    after = wait;
  }

  @Override
  public CompletableFuture<Probe> open() {
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    opened.incrementAndGet();
    FakeProbe line = new FakeProbe();
    lines.add(line);
    if (!lifetimeLimit.isZero()) {
      var unused = after.apply(lifetimeLimit).thenRun(line::cut);
    }
    line.watchSilence();
    return CompletableFuture.completedFuture(line);
  }

  @Override
  public void close() {
    isClosed = true;
  }

  /** One of its lines. */
  public final class FakeProbe implements Probe {
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();
    private long heard = nanoTime.getAsLong();
    public boolean isClosed;

    private void watchSilence() {
      if (!idleLimit.isZero() && !forgets) {
        long since = heard;
        var unused =
            after
                .apply(idleLimit)
                .thenRun(
                    () -> {
                      if (heard == since) {
                        cut();
                      }
                    });
      }
    }

    /** As a hop does that has had enough. */
    public void cut() {
      ended.complete(new Ended(1006, ""));
    }

    @Override
    public String arrived() {
      return "{\"method\":\"GET\"}";
    }

    @Override
    public int maxMessageBytes() {
      return serversMaxMessageBytes;
    }

    @Override
    public CompletableFuture<Duration> echo(int bytes, Duration limit) {
      Duration silence = Duration.ofNanos(nanoTime.getAsLong() - heard);
      if (ended.isDone()) {
        return CompletableFuture.failedFuture(ProbeException.ended("it had ended"));
      }
      boolean isForgotten = !idleLimit.isZero() && silence.compareTo(idleLimit) >= 0;
      if (isForgotten || (holdsSmall && bytes < 4096)) {
        return CompletableFuture.failedFuture(ProbeException.silent("nothing came"));
      }
      if (bytes > largestMessage) {
        if (closesOnLarge) {
          ended.complete(new Ended(1009, "too big"));
          return CompletableFuture.failedFuture(ProbeException.ended("code 1009 (too big)"));
        }
        return CompletableFuture.failedFuture(ProbeException.silent("nothing came"));
      }
      heard = nanoTime.getAsLong();
      watchSilence();
      return CompletableFuture.completedFuture(bytes < 4096 ? smallTakes : largeTakes);
    }

    @Override
    public CompletableFuture<Passed> up(long bytes, int messageBytes, Duration limit) {
      if (messageBytes > largestMessage || largestMessage == 0) {
        return CompletableFuture.failedFuture(ProbeException.ended("cut"));
      }
      return CompletableFuture.completedFuture(
          new Passed((long) (bytesPerSecond * limit.toSeconds()), limit));
    }

    @Override
    public CompletableFuture<Passed> down(long bytes, int messageBytes, Duration limit) {
      return up(bytes, messageBytes, limit);
    }

    @Override
    public CompletableFuture<Ended> ended() {
      return ended;
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }
}
