package dev.penstock.client.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A path with the limits that a test gives it; without any it lets everything pass at once.
 *
 * <p>Echoes that are lost fail at once with {@link ProbeException.Kind#SILENT}, so that no test
 * waits.
 */
final class FakePath implements ProbeSource {
  final AtomicInteger opened = new AtomicInteger();
  final List<FakeProbe> lines = new ArrayList<>();
  Timeline time = Timeline.REAL;
  int serversMaxMessageBytes = 128 << 10;
  int largestMessage = 1 << 20;
  boolean closesOnLarge = true;
  boolean holdsSmall;
  Duration smallTakes = Duration.ofMillis(1);
  Duration largeTakes = Duration.ofMillis(1);
  Duration idleLimit = Duration.ZERO;
  boolean forgets;
  Duration lifetimeLimit = Duration.ZERO;
  double bytesPerSecond = 1e9;
  @Nullable ProbeException refusal;
  boolean isClosed;

  @Override
  public CompletableFuture<Probe> open() {
    if (refusal != null) {
      return CompletableFuture.failedFuture(refusal);
    }
    opened.incrementAndGet();
    FakeProbe line = new FakeProbe();
    lines.add(line);
    if (!lifetimeLimit.isZero()) {
      var unused = time.after(lifetimeLimit).thenRun(line::cut);
    }
    line.watchSilence();
    return CompletableFuture.completedFuture(line);
  }

  @Override
  public void close() {
    isClosed = true;
  }

  final class FakeProbe implements Probe {
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();
    private long heard = time.nanoTime();
    boolean isClosed;

    private void watchSilence() {
      if (!idleLimit.isZero() && !forgets) {
        long since = heard;
        var unused =
            time.after(idleLimit)
                .thenRun(
                    () -> {
                      if (heard == since) {
                        cut();
                      }
                    });
      }
    }

    void cut() {
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
      Duration silence = Duration.ofNanos(time.nanoTime() - heard);
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
      heard = time.nanoTime();
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
