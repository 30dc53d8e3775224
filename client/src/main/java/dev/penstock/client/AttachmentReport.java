package dev.penstock.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.tunnel.DialerListener;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.ops.TunnelLedger;
import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.DialFailure;
import dev.penstock.tunnel.session.SessionClosed;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows how the tunnels fare: one log line when that changes, or the reason why one is not up;
 * the same reason is said again once in a while.
 *
 * <p>Threads: the dialer reports, any thread waits. Those who wait are woken by every change.
 */
final class AttachmentReport implements DialerListener {
  private static final Logger log = LoggerFactory.getLogger(PenstockClient.class);

  /** An outage is mentioned that often. */
  private static final Duration REMINDER = Duration.ofMinutes(5);

  private final ClientConfig config;

  @GuardedBy("this")
  private final Set<Tunnel> attached = new LinkedHashSet<>();

  private final TunnelLedger ledger = new TunnelLedger();
  private final LongAdder failedDials = new LongAdder();

  @GuardedBy("this")
  private long saidAtNanos;

  @GuardedBy("this")
  private boolean isClosing;

  /** Why it is not attached, in words; what was last logged. */
  @GuardedBy("this")
  private String reason = "the first dial has not ended yet";

  AttachmentReport(ClientConfig config) {
    this.config = config;
  }

  @Override
  public synchronized void onAttached(Tunnel tunnel) {
    attached.add(tunnel);
    ledger.onAttached(tunnel);
    reason = "";
    notifyAll();
    log.info("attached to {} as tunnel {}", config.server(), tunnel);
  }

  @Override
  public synchronized void onSuspended(Tunnel tunnel, SessionClosed why) {
    // A tunnel that moves to a fresh connection is back in the same moment.
    if (why.cause() != CloseCause.SUPERSEDED && !isClosing) {
      log.info("{} has lost its connection: {}; dialling again", tunnel, why);
    }
  }

  @Override
  public synchronized void onResumed(Tunnel tunnel) {
    reason = "";
    log.info("{} goes on over a fresh connection", tunnel);
  }

  @Override
  public synchronized void onDraining(Tunnel tunnel, String drainReason) {
    log.info("{} is asked to move ({}); attaching elsewhere first", tunnel, drainReason);
  }

  @Override
  public synchronized void onDetached(Tunnel tunnel, SessionClosed why, Duration retryIn) {
    attached.remove(tunnel);
    ledger.onDetached(tunnel);
    reason = why.toString();
    notifyAll();
    if (!isClosing) {
      log.warn("lost the tunnel {}: {}; dialling again in {}", tunnel, why, seconds(retryIn));
    }
  }

  @Override
  public synchronized void onDialFailed(DialFailure failure) {
    failedDials.increment();
    String now = failure.refused() ? refusal(failure) : failure.message();
    boolean isDue = System.nanoTime() - saidAtNanos >= REMINDER.toNanos();
    boolean isNews = (!now.equals(reason) || isDue) && !isClosing;
    reason = now;
    notifyAll();
    if (isNews) {
      saidAtNanos = System.nanoTime();
      log.warn("not attached: {}; dialling again in {}", now, seconds(failure.retryIn()));
    } else {
      log.debug("still not attached; dialling again in {}", seconds(failure.retryIn()));
    }
  }

  private String refusal(DialFailure failure) {
    return "the server refused the token in %s for tunnel '%s' (%s); create one on the server with "
            .formatted(config.token(), config.tunnel(), failure.message())
        + "'token create --tokens FILE --tunnel %s' and put it there".formatted(config.tunnel());
  }

  synchronized List<Tunnel> attached() {
    return List.copyOf(attached);
  }

  /** What has gone through its tunnels. */
  TunnelLedger ledger() {
    return ledger;
  }

  /** Dials that came to nothing. */
  long failedDials() {
    return failedDials.sum();
  }

  /** Why no tunnel has a connection; empty when one has. */
  synchronized Optional<String> notAttached() {
    if (isClosing) {
      return Optional.of("the client is shutting down");
    }
    if (attached.isEmpty()) {
      return Optional.of("not attached: " + reason);
    }
    return attached.stream().anyMatch(Tunnel::isConnected)
        ? Optional.empty()
        : Optional.of("no tunnel has a connection at present");
  }

  /** From now on an end is no news. */
  synchronized void close() {
    isClosing = true;
  }

  synchronized void await(Duration patience) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (attached.isEmpty()) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (leftMillis <= 0) {
        throw new TimeoutException(
            "not attached within %s: %s".formatted(seconds(patience), reason));
      }
      wait(leftMillis);
    }
  }

  private static String seconds(Duration duration) {
    return "%.1f s".formatted(duration.toMillis() / 1000.0);
  }
}
