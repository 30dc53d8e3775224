package dev.penstock.client.limits;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * When one transfer may read, by the {@link RateLimit}. It is made for reads driven by demand: ask
 * before each read, tell what it brought, close at the end.
 *
 * <pre>{@code
 * while (caller wants more) {
 *   long nanos = pace.nanosUntilRead();
 *   if (nanos > 0) { come back here in that time; return; }
 *   subscription.request(1);              // ... and in onNext: pace.onRead(bytes)
 * }
 * }</pre>
 *
 * <p>Any thread may call any method. Not closing it leaves a place in the line taken, once.
 */
public final class Pace implements AutoCloseable {
  private final RateLimit limit;
  private final int readBytes;

  @GuardedBy("limit")
  private final Bucket total;

  @GuardedBy("limit")
  private final Bucket registry;

  /** Null together with the next: the transfer does not wait. */
  @GuardedBy("limit")
  private @Nullable Turn totalTurn;

  @GuardedBy("limit")
  private @Nullable Turn registryTurn;

  /** Reads that may be asked for, and have not been told of. */
  @GuardedBy("limit")
  private int readsUnderWay;

  @GuardedBy("limit")
  private boolean isClosed;

  Pace(RateLimit limit, Bucket total, Bucket registry, int readBytes) {
    this.limit = limit;
    this.total = total;
    this.registry = registry;
    this.readBytes = readBytes;
  }

  /**
   * Nanoseconds until the transfer may ask for its next read.
   *
   * @return 0: it may now, and the read counts as asked for; otherwise the time after which to call
   *     this again, at most a second, in which the transfer keeps its place in the line; after
   *     closing always 0, and nothing counts
   */
  public long nanosUntilRead() {
    synchronized (limit) {
      if (isClosed) {
        return 0;
      }
      long nanos = isUnlimited() ? 0 : RateLimit.toldNanos(nanosInLine());
      if (nanos == 0) {
        totalTurn = null;
        registryTurn = null;
        readsUnderWay++;
      }
      return nanos;
    }
  }

  @GuardedBy("limit")
  private boolean isUnlimited() {
    return totalTurn == null && total.isUnlimited() && registry.isUnlimited();
  }

  @GuardedBy("limit")
  private long nanosInLine() {
    long now = limit.nanoNow();
    if (totalTurn == null || registryTurn == null) {
      totalTurn = total.queue(readBytes, now);
      registryTurn = registry.queue(readBytes, now);
    }
    return Math.max(total.nanosUntil(totalTurn, now), registry.nanosUntil(registryTurn, now));
  }

  /** A read that was asked for has come, with so many bytes. */
  public void onRead(long bytes) {
    synchronized (limit) {
      if (readsUnderWay > 0) {
        readsUnderWay--;
        charge(bytes - readBytes);
      }
    }
  }

  /** Leaves the line, and gives back what was taken for reads that did not come. */
  @Override
  public void close() {
    synchronized (limit) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      long now = limit.nanoNow();
      if (totalTurn != null && registryTurn != null) {
        total.leave(totalTurn, now);
        registry.leave(registryTurn, now);
      }
      totalTurn = null;
      registryTurn = null;
      charge(-(long) readsUnderWay * readBytes);
      readsUnderWay = 0;
    }
  }

  @GuardedBy("limit")
  private void charge(long bytes) {
    if (bytes != 0 && !(total.isUnlimited() && registry.isUnlimited())) {
      long now = limit.nanoNow();
      total.charge(bytes, now);
      registry.charge(bytes, now);
    }
  }
}
