package dev.penstock.server.route;

import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A search for the client of one call: ends with a client, without one, or cancelled. Any thread.
 */
public final class Search {
  private final Router router;
  private final String tunnel;
  private final Taker taker;
  private final boolean isAgain;
  private final AtomicBoolean over = new AtomicBoolean();

  // Written once by the thread that begins to wait, read by whichever ends it.
  private volatile @Nullable Future<?> timeout;

  Search(Router router, String tunnel, Taker taker, boolean isAgain) {
    this.router = router;
    this.tunnel = tunnel;
    this.taker = taker;
    this.isAgain = isAgain;
  }

  /** Whether the call was with a client before. */
  boolean isAgain() {
    return isAgain;
  }

  String tunnel() {
    return tunnel;
  }

  Taker taker() {
    return taker;
  }

  boolean isOver() {
    return over.get();
  }

  void timeoutIs(Future<?> newTimeout) {
    timeout = newTimeout;
    if (isOver()) {
      newTimeout.cancel(false);
    }
  }

  void lookAgain() {
    router.look(this);
  }

  /** Ends it; false when it was over before, and then nothing more may be done for it. */
  boolean end() {
    if (!over.compareAndSet(false, true)) {
      return false;
    }
    Future<?> running = timeout;
    if (running != null) {
      running.cancel(false);
    }
    router.leave(this);
    return true;
  }

  /** Nobody wants a client any more; its taker is not called from now on. */
  public void cancel() {
    end();
  }
}
