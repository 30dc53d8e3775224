package dev.penstock.testing.hops;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The clock of one connection through a hop; calls once when its time is up. Event loop only. */
final class Watch {
  private final EventLoop loop;
  private final Runnable timeUp;
  private final List<Future<?>> timers = new ArrayList<>();
  private long lastByteNanos = System.nanoTime();

  private Watch(EventLoop loop, Runnable timeUp) {
    this.loop = loop;
    this.timeUp = timeUp;
  }

  static Watch start(EventLoop loop, Timing timing, Runnable timeUp) {
    Watch watch = new Watch(loop, timeUp);
    Duration lifetime = timing.lifetime();
    if (lifetime != null) {
      watch.after(lifetime.toNanos(), watch::up);
    }
    Duration idle = timing.idle();
    if (idle != null) {
      watch.lookIn(idle.toNanos(), idle.toNanos());
    }
    return watch;
  }

  /** A byte went through. */
  void seen() {
    lastByteNanos = System.nanoTime();
  }

  void stop() {
    timers.forEach(timer -> timer.cancel(false));
    timers.clear();
  }

  private void up() {
    stop();
    timeUp.run();
  }

  private void lookIn(long nanos, long idleNanos) {
    after(
        nanos,
        () -> {
          long left = lastByteNanos + idleNanos - System.nanoTime();
          if (left <= 0) {
            up();
          } else {
            timers.removeIf(Future::isDone);
            lookIn(left, idleNanos);
          }
        });
  }

  private void after(long nanos, Runnable task) {
    timers.add(loop.schedule(task, nanos, TimeUnit.NANOSECONDS));
  }
}
