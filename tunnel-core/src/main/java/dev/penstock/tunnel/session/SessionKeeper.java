package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.dial.DialException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps one session on the line: dials its next carrier when it has lost the last one, and before
 * the last one grows too old.
 *
 * <p>A lost carrier is followed up at once, and after that with the waits of {@link Backoff}. A
 * carrier that lasted for less than a heartbeat, and over which not a byte got through, counts as a
 * failed dial, so that a hop which lets every connection in, and then drops it, is not hammered.
 *
 * <p>One thread calls {@link #keep}; the session's event loop calls the rest.
 */
final class SessionKeeper implements SessionObserver {
  private final Attachment attachment;
  private final Session session;
  private final SessionDialer dialer;
  private final Duration maxCarrierAge;
  private final Consumer<DialFailure> onFailure;
  private final SplittableRandom random = new SplittableRandom();
  private final Backoff backoff = Backoff.toResume(random);

  /** One permit for each event that may change what is to be done. */
  private final Semaphore news = new Semaphore(0);

  private final long bornNanos = System.nanoTime();

  // These four belong to the thread that keeps.
  private long renewAtNanos;
  private long dialledNanos = bornNanos;
  private long progress;
  private boolean fruitless;

  SessionKeeper(
      Attachment attachment,
      SessionDialer dialer,
      Duration maxCarrierAge,
      Consumer<DialFailure> onFailure) {
    this.attachment = attachment;
    this.session = attachment.session();
    this.dialer = dialer;
    this.maxCarrierAge = maxCarrierAge;
    this.onFailure = onFailure;
    session.observe(this);
    session.closed().thenRun(news::release);
    renewAtNanos = nextRenewal();
  }

  Attachment attachment() {
    return attachment;
  }

  boolean isOver() {
    return session.closed().isDone();
  }

  Duration age() {
    return Duration.ofNanos(System.nanoTime() - bornNanos);
  }

  /**
   * Returns when the session is over, or, with {@code untilDrain}, when the peer asks to move.
   *
   * @param onAttached gets the session with which the acceptor answers when it does not know this
   *     one any more
   * @return that session
   */
  Optional<Attachment> keep(boolean untilDrain, Consumer<Attachment> onAttached)
      throws InterruptedException {
    Optional<Attachment> successor = Optional.empty();
    news.drainPermits(); // what they told of shows now
    while (successor.isEmpty() && !isOver() && !(untilDrain && session.isPeerDraining())) {
      if (!session.isConnected()) {
        pauseIfFruitless();
        successor = dial(onAttached);
      } else if (isOld()) {
        successor = dial(onAttached);
      } else {
        awaitNews(maxCarrierAge.isZero() ? Long.MAX_VALUE : renewAtNanos - System.nanoTime());
      }
      news.drainPermits();
    }
    return successor;
  }

  private Optional<Attachment> dial(Consumer<Attachment> onAttached) throws InterruptedException {
    if (isOver()) {
      return Optional.empty();
    }
    try {
      Optional<Attachment> successor = dialer.dialAgain(session, onAttached);
      succeeded();
      return successor;
    } catch (ElsewhereException e) {
      renewAtNanos = nextRenewal();
      onFailure.accept(DialFailure.of(e, backoff));
      return Optional.empty();
    } catch (DialException | RuntimeException e) {
      DialFailure failure = DialFailure.of(e, backoff);
      onFailure.accept(failure);
      awaitEnd(failure.retryIn());
      return Optional.empty();
    }
  }

  private void succeeded() {
    renewAtNanos = nextRenewal();
    long now = session.progress();
    long nowNanos = System.nanoTime();
    // An idle tunnel brings nothing, and is none the worse for it.
    boolean hasLasted = nowNanos - dialledNanos >= session.limits().heartbeat().toNanos();
    fruitless = now == progress && !hasLasted;
    dialledNanos = nowNanos;
    progress = now;
    if (!fruitless) {
      backoff.reset();
    }
  }

  private void pauseIfFruitless() throws InterruptedException {
    if (fruitless) {
      fruitless = false;
      awaitEnd(backoff.next(false, null));
    }
  }

  private boolean isOld() {
    return !maxCarrierAge.isZero() && System.nanoTime() - renewAtNanos >= 0;
  }

  /** Spread, so that not all carriers of a client are renewed at once. */
  private long nextRenewal() {
    long age = maxCarrierAge.toNanos();
    return System.nanoTime() + age - random.nextLong(age / 4 + 1);
  }

  private void awaitNews(long nanos) throws InterruptedException {
    if (news.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
      news.drainPermits();
    }
  }

  /** Waits, unless the session ends meanwhile. */
  private void awaitEnd(Duration wait) throws InterruptedException {
    long until = System.nanoTime() + wait.toNanos();
    long left = wait.toNanos();
    while (left > 0 && !isOver()) {
      awaitNews(left);
      left = until - System.nanoTime();
    }
  }

  @Override
  public void onSuspended(SessionClosed why) {
    news.release();
  }

  @Override
  public void onResumed() {
    news.release();
  }

  @Override
  public void onDrain(String reason) {
    news.release();
  }
}
