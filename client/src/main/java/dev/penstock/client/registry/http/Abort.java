package dev.penstock.client.registry.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.names.RequestId;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Ends a chain of requests from outside, whichever of them is under way. A dependent future's own
 * {@code cancel} would not reach the request that it depends on.
 *
 * <p>Threads: any. After {@link #abort} no further request of the chain is sent.
 */
public final class Abort {
  private final @Nullable RequestId requestId;

  @GuardedBy("this")
  private boolean isAborted;

  @GuardedBy("this")
  private @Nullable CompletableFuture<?> underWay;

  /** For requests on nobody's behalf. */
  public Abort() {
    this(null);
  }

  /** For requests of that call, which they name. */
  public Abort(@Nullable RequestId requestId) {
    this.requestId = requestId;
  }

  /** The call on whose behalf it is; null: nobody's. */
  @Nullable RequestId requestId() {
    return requestId;
  }

  /** A fresh one, on the same behalf. */
  public Abort renewed() {
    return new Abort(requestId);
  }

  /** Cancels the request under way, if any, and all that would follow it. */
  public void abort() {
    CompletableFuture<?> toCancel;
    synchronized (this) {
      isAborted = true;
      toCancel = underWay;
    }
    if (toCancel != null) {
      toCancel.cancel(true);
    }
  }

  /** Whether it has been told to end. */
  public synchronized boolean isAborted() {
    return isAborted;
  }

  synchronized void check() {
    if (isAborted) {
      throw new CancellationException("aborted by the caller");
    }
  }

  /** Makes this request the one under way. */
  <T> CompletableFuture<T> track(CompletableFuture<T> request) {
    boolean isLate;
    synchronized (this) {
      underWay = request;
      isLate = isAborted;
    }
    if (isLate) {
      request.cancel(true);
    }
    return request;
  }
}
