package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.Ticker;
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

  private Ticker ticker = Ticker.systemTicker();
  private long lastReceivedNanos;
  private boolean listening = true;
  private int ticks;
  private @Nullable ScheduledFuture<?> timer;

  Heartbeat(Duration interval, Runnable ping, Runnable onDead) {
    this.intervalNanos = interval.toNanos();
    this.ping = ping;
    this.onDead = onDead;
  }

  void start(ChannelHandlerContext ctx) {
    ticker = ctx.executor().ticker();
    received();
    long tick = intervalNanos / TICKS_PER_INTERVAL;
    // Not at a fixed rate: a machine that slept would make up for every tick it missed.
    timer = ctx.executor().scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.NANOSECONDS);
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  void received() {
    lastReceivedNanos = ticker.nanoTime();
  }

  /** While the reader pauses, silence says nothing about the line. */
  void setListening(boolean listening) {
    if (this.listening != listening) {
      this.listening = listening;
      received();
    }
  }

  private void tick() {
    long silence = ticker.nanoTime() - lastReceivedNanos;
    if (listening && silence > intervalNanos + intervalNanos / TICKS_PER_INTERVAL) {
      stop();
      onDead.run();
    } else if (++ticks % TICKS_PER_INTERVAL == 0) {
      ping.run();
    }
  }
}
