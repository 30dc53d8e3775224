package dev.penstock.tunnel.ops;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.TunnelStats;
import dev.penstock.tunnel.channel.StreamWindows;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * The tunnels of one end, with what has gone through those that are over: so its sums never fall.
 * Any thread.
 */
public final class TunnelLedger {
  /** An event loop that is busy for longer has other troubles, and metrics of its own. */
  private static final Duration ASKING = Duration.ofSeconds(1);

  @GuardedBy("this")
  private final Set<Tunnel> attached = new LinkedHashSet<>();

  @GuardedBy("this")
  private long tunnelsBefore;

  @GuardedBy("this")
  private long sentBefore;

  @GuardedBy("this")
  private long receivedBefore;

  @GuardedBy("this")
  private long resumesBefore;

  /** One more is there. */
  public synchronized void onAttached(Tunnel tunnel) {
    if (attached.add(tunnel)) {
      tunnelsBefore++;
    }
  }

  /** It is over. */
  public synchronized void onDetached(Tunnel tunnel) {
    if (attached.remove(tunnel)) {
      TunnelStats stats = tunnel.stats();
      sentBefore += stats.sentBytes();
      receivedBefore += stats.receivedBytes();
      resumesBefore += stats.resumes();
    }
  }

  /** Adds the metrics, under names that begin with {@code prefix}. */
  public void declare(Metrics metrics, String prefix) {
    metrics
        .gauge(prefix + "tunnels", "Tunnels that are attached.", () -> tunnels().size())
        .gauge(
            prefix + "carriers",
            "Connections that carry a tunnel; a tunnel that has none waits for its next one.",
            () -> tunnels().stream().filter(Tunnel::isConnected).count())
        .counter(prefix + "tunnels_total", "Tunnels that have attached.", this::everAttached)
        .counter(
            prefix + "resumes_total",
            "How often a tunnel went on over another connection.",
            this::resumes)
        .counter(prefix + "sent_bytes_total", "Bytes sent into tunnels.", this::sentBytes)
        .counter(
            prefix + "received_bytes_total", "Bytes received from tunnels.", this::receivedBytes);
    declareWindows(metrics, prefix);
  }

  private void declareWindows(Metrics metrics, String prefix) {
    metrics
        .gauge(
            prefix + "unacknowledged_bytes",
            "Bytes sent that the other ends have not acknowledged.",
            () -> sum(TunnelStats::unacknowledgedBytes))
        .gauge(
            prefix + "replay_bytes",
            "Bytes kept to be sent again after a lost connection.",
            () -> sum(TunnelStats::replayBytes))
        .gauge(
            prefix + "replay_window_bytes",
            "The bound of the bytes kept: the replay windows of all tunnels.",
            () -> sum(TunnelStats::replayWindowBytes))
        .gauges(
            prefix + "stream_window_used_bytes",
            List.of("direction"),
            "HTTP/2 windows of open streams in use. receive: bytes received that nobody has read"
                + " yet. send: bytes sent for which the other end has given no new room, which it"
                + " gives by halves of a window.",
            this::usedWindows)
        .gauges(
            prefix + "stream_window_bytes",
            List.of("direction"),
            "The bound of the bytes in use: the HTTP/2 windows of all open streams.",
            this::windows)
        .gauges(
            prefix + "ping_seconds",
            List.of("of"),
            "Round trip of the last ping, of the fastest and of the slowest tunnel.",
            this::pings);
  }

  private void usedWindows(Metrics.Samples samples) {
    StreamWindows all = streamWindows();
    samples.add((double) all.sentBytes(), "send");
    samples.add((double) all.unreadBytes(), "receive");
  }

  private void windows(Metrics.Samples samples) {
    StreamWindows all = streamWindows();
    samples.add((double) all.sendWindowBytes(), "send");
    samples.add((double) all.receiveWindowBytes(), "receive");
  }

  /** Each tunnel's event loop is asked; what one does not say in time is left out. */
  private StreamWindows streamWindows() {
    List<CompletableFuture<StreamWindows>> asked =
        tunnels().stream()
            .map(
                tunnel ->
                    tunnel
                        .windows()
                        .toCompletableFuture()
                        .completeOnTimeout(
                            StreamWindows.NONE, ASKING.toMillis(), TimeUnit.MILLISECONDS))
            .toList();
    return asked.stream()
        .map(CompletableFuture::join)
        .reduce(StreamWindows.NONE, StreamWindows::plus);
  }

  private void pings(Metrics.Samples samples) {
    List<Duration> pings =
        tunnels().stream().map(tunnel -> tunnel.stats().ping()).filter(Objects::nonNull).toList();
    if (!pings.isEmpty()) {
      samples.add(Collections.min(pings).toNanos() / 1e9, "fastest");
      samples.add(Collections.max(pings).toNanos() / 1e9, "slowest");
    }
  }

  private synchronized Collection<Tunnel> tunnels() {
    return List.copyOf(attached);
  }

  private synchronized long everAttached() {
    return tunnelsBefore;
  }

  private synchronized long sentBytes() {
    return sentBefore + sum(TunnelStats::sentBytes);
  }

  private synchronized long receivedBytes() {
    return receivedBefore + sum(TunnelStats::receivedBytes);
  }

  private synchronized long resumes() {
    return resumesBefore + sum(TunnelStats::resumes);
  }

  private synchronized long sum(ToLongFunction<TunnelStats> number) {
    return attached.stream().map(Tunnel::stats).mapToLong(number).sum();
  }
}
