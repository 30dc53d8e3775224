package dev.penstock.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.tunnel.DialerListener;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.session.DialFailure;
import dev.penstock.tunnel.session.SessionClosed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows whether the tunnel is up: one log line when that, or the reason why it is not, changes.
 *
 * <p>Threads: the dialer reports, any thread waits. Those who wait are woken by every change.
 */
final class AttachmentReport implements DialerListener {
  private static final Logger log = LoggerFactory.getLogger(PenstockClient.class);

  private final ClientConfig config;

  @GuardedBy("this")
  private @Nullable Tunnel attached;

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
    attached = tunnel;
    reason = "";
    notifyAll();
    log.info("attached to {} as tunnel '{}' ({})", config.server(), tunnel.id(), tunnel.instance());
  }

  @Override
  public synchronized void onDetached(Tunnel tunnel, SessionClosed why, Duration retryIn) {
    attached = null;
    reason = why.toString();
    notifyAll();
    if (isClosing) {
      return;
    }
    log.warn("lost the tunnel '{}': {}; dialling again in {}", tunnel.id(), why, seconds(retryIn));
  }

  @Override
  public synchronized void onDialFailed(DialFailure failure) {
    String now = failure.refused() ? refusal(failure) : failure.message();
    boolean isNews = !now.equals(reason) && !isClosing;
    attached = null;
    reason = now;
    notifyAll();
    if (isNews) {
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

  synchronized Optional<Tunnel> attached() {
    return Optional.ofNullable(attached);
  }

  /** From now on an end is no news. */
  synchronized void close() {
    isClosing = true;
  }

  synchronized void await(Duration patience) throws InterruptedException, TimeoutException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (attached == null) {
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
