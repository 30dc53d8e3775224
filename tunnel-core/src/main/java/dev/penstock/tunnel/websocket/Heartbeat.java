package dev.penstock.tunnel.websocket;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends a ping every interval and finds out when the line is dead.
 *
 * <p>Any byte received is life: a slow or stalled transfer is not death, and neither is a pong that
 * queues behind data. As both ends ping, a live line carries at least one frame each way in every
 * interval; one that carried nothing for an interval and a quarter is given up. So is one that is
 * full and has not taken a single byte for that long.
 *
 * <p>Each ping has its number as payload, so that a pong that is late is not taken for the next
 * one's. Event loop only, but for {@link #roundTrip}.
 */
final class Heartbeat {
  /** Checks per interval; also the precision with which a dead line is noticed. */
  private static final int TICKS_PER_INTERVAL = 8;

  /** The part of an interval by which a pong may be late. */
  private static final int SLACK = 4;

  private final long intervalNanos;
  private final boolean quiet;
  private final Line line;

  private Ticker ticker = Ticker.systemTicker();
  private long lastReceivedNanos;
  private long lastSentNanos;
  private long takenBytes;
  private boolean listening = true;
  private int ticks;
  private int pings;
  private long pingedNanos;

  /** Volatile: written by the event loop, read by anybody for statistics. */
  private volatile @Nullable Duration roundTrip;

  private @Nullable ScheduledFuture<?> timer;

  /** What is watched. */
  interface Line {
    void ping(byte[] payload);

    /** Whether more waits to be sent than should. */
    boolean isFull();

    /**
     * Another number whenever the line has taken something. What waits is no measure of that: a
     * line that takes messages of one size, each followed by the next, is always as full.
     */
    long takenBytes();

    /** Called once; nothing more comes. */
    void onDead(String why);
  }

  /**
   * @param quiet true: sends no pings and takes silence for life; a full line is watched all the
   *     same
   */
  Heartbeat(Duration interval, boolean quiet, Line line) {
    this.intervalNanos = interval.toNanos();
    this.quiet = quiet;
    this.line = line;
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
    noteSending();
    if (!quiet && listening && isLongAgo(lastReceivedNanos)) {
      die("nothing was received");
    } else if (line.isFull() && isLongAgo(lastSentNanos)) {
      die("nothing could be sent");
    } else if (!quiet && ++ticks % TICKS_PER_INTERVAL == 0) {
      pingedNanos = ticker.nanoTime();
      line.ping(payload(++pings));
    }
  }

  private static byte[] payload(int number) {
    return Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  /** A pong came; one that answers nothing, or an earlier ping, says nothing of the round trip. */
  void ponged(byte[] payload) {
    if (pings > 0 && Arrays.equals(payload, payload(pings))) {
      roundTrip = Duration.ofNanos(ticker.nanoTime() - pingedNanos);
    }
  }

  /** From the last ping that was answered in time to its pong; null before. Any thread. */
  @Nullable Duration roundTrip() {
    return roundTrip;
  }

  private void noteSending() {
    long now = line.takenBytes();
    if (!line.isFull() || now != takenBytes) {
      takenBytes = now;
      lastSentNanos = ticker.nanoTime();
    }
  }

  private boolean isLongAgo(long nanos) {
    return ticker.nanoTime() - nanos > intervalNanos + intervalNanos / SLACK;
  }

  private void die(String why) {
    stop();
    line.onDead(why);
  }
}
