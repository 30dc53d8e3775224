package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a ping every interval and finds out when the line is dead.
 *
 * <p>Any byte received is life: a slow or stalled transfer is not death, and neither is a pong that
 * queues behind data. As both ends ping, a live line carries at least one frame each way in every
 * interval; one that carried nothing for an interval and a quarter is given up. Event loop only.
 */
final class Heartbeat {
  /** Checks per interval; also the precision with which a dead line is noticed. */
  private static final int TICKS_PER_INTERVAL = 4;

  private final long intervalNanos;
  private final Runnable ping;
  private final Runnable onDead;

  private long lastReceivedNanos = System.nanoTime();
  private boolean listening = true;
  private int ticks;
  private @Nullable ScheduledFuture<?> timer;

  Heartbeat(Duration interval, Runnable ping, Runnable onDead) {
    this.intervalNanos = interval.toNanos();
    this.ping = ping;
    this.onDead = onDead;
  }

  void start(ChannelHandlerContext ctx) {
    long tick = intervalNanos / TICKS_PER_INTERVAL;
    timer = ctx.executor().scheduleAtFixedRate(this::tick, tick, tick, TimeUnit.NANOSECONDS);
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  void received() {
    lastReceivedNanos = System.nanoTime();
  }

  /** While the reader pauses, silence says nothing about the line. */
  void setListening(boolean listening) {
    this.listening = listening;
    received();
  }

  private void tick() {
    long silence = System.nanoTime() - lastReceivedNanos;
    if (listening && silence > intervalNanos + intervalNanos / TICKS_PER_INTERVAL) {
      stop();
      onDead.run();
    } else if (++ticks % TICKS_PER_INTERVAL == 0) {
      ping.run();
    }
  }
}
