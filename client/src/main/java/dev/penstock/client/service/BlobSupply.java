package dev.penstock.client.service;

import dev.penstock.client.limits.Pace;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The registry's side of a transfer: asks for as many reads as there is room for and the customer's
 * rate allows, holds what came, and knows how it ended.
 *
 * <p>The registry's thread brings; the draining thread takes and asks. Whenever there is something
 * new, the transfer is told.
 */
final class BlobSupply implements Flow.Subscriber<ByteBuf> {
  private final ReadAhead readAhead;
  private final BlobGrant grant;
  private final Pace pace;
  private final Runnable news;

  /** News for the draining thread: set once each by the threads that bring it. */
  private volatile Flow.@Nullable Subscription subscription;

  private volatile @Nullable Status end;

  /** Draining thread, and the timer, which makes it drain. */
  private volatile boolean waitsForItsTurn;

  /**
   * A supply that begins when it is subscribed.
   *
   * @param news runs whenever {@link #take}, {@link #end} or {@link #askForMore} may have more to
   *     do
   */
  BlobSupply(ReadAhead readAhead, BlobGrant grant, Runnable news) {
    this.readAhead = readAhead;
    this.grant = grant;
    this.pace = grant.pace();
    this.news = news;
  }

  @Override
  public void onSubscribe(Flow.Subscription upstream) {
    subscription = upstream;
    news.run();
  }

  @Override
  public void onNext(ByteBuf buffer) {
    pace.onRead(buffer.readableBytes());
    grant.traffic().read(buffer.readableBytes());
    readAhead.add(buffer);
    news.run();
  }

  @Override
  public void onError(Throwable failure) {
    grant.traffic().failed(failure);
    end = Statuses.of(failure);
    news.run();
  }

  @Override
  public void onComplete() {
    end = Status.OK;
    news.run();
  }

  /** How the registry's side ended; null while it has not. What came before is still there. */
  @Nullable Status end() {
    return end;
  }

  boolean isEmpty() {
    return readAhead.isEmpty();
  }

  /** Whether the rate alone keeps it from asking. */
  boolean waitsForItsTurn() {
    return waitsForItsTurn;
  }

  /** Up to that many bytes, in order; whoever takes them releases them. */
  List<ByteBuf> take(int maxBytes) {
    return readAhead.take(maxBytes);
  }

  void askForMore() {
    Flow.Subscription upstream = subscription;
    if (upstream == null || end != null) {
      return;
    }
    int reads = 0;
    while (!waitsForItsTurn && readAhead.hasRoom()) {
      long nanos = pace.nanosUntilRead();
      if (nanos == 0) {
        readAhead.grant();
        reads++;
      } else {
        waitsForItsTurn = true;
        grant.after(Duration.ofNanos(nanos), this::askAgain);
      }
    }
    if (reads > 0) {
      upstream.request(reads);
    }
  }

  private void askAgain() {
    waitsForItsTurn = false;
    news.run();
  }

  /** Nobody wants more. Again, it drops what has come since. */
  void stop() {
    Flow.Subscription upstream = subscription;
    // A body that has ended has given its connection back; cancelling would close it.
    if (upstream != null && end == null) {
      upstream.cancel();
    }
    pace.close();
    readAhead.clear();
  }
}
