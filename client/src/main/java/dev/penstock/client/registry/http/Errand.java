package dev.penstock.client.registry.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.names.CallIds;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A chain of requests that serves one end, on behalf of the call that they name; it is called off
 * as a whole, whichever of them is under way. A dependent future's own {@code cancel} would not
 * reach the request that it depends on.
 *
 * <p>Threads: any. After {@link #callOff} no further request of the chain is sent.
 */
public final class Errand {
  private final @Nullable CallIds call;

  @GuardedBy("this")
  private boolean isCalledOff;

  @GuardedBy("this")
  private @Nullable CompletableFuture<?> underWay;

  /** For requests on nobody's behalf. */
  public Errand() {
    this(null);
  }

  /** For requests of that call, which they name. */
  public Errand(@Nullable CallIds call) {
    this.call = call;
  }

  /** The call on whose behalf it is; null: nobody's. */
  public @Nullable CallIds call() {
    return call;
  }

  /** A fresh one, on the same behalf. */
  public Errand renewed() {
    return new Errand(call);
  }

  /** Cancels the request under way, if any, and all that would follow it. */
  public void callOff() {
    CompletableFuture<?> toCancel;
    synchronized (this) {
      isCalledOff = true;
      toCancel = underWay;
    }
    if (toCancel != null) {
      toCancel.cancel(true);
    }
  }

  /** Whether it has been told to end. */
  public synchronized boolean isCalledOff() {
    return isCalledOff;
  }

  synchronized void check() {
    if (isCalledOff) {
      throw new CancellationException("called off by the caller");
    }
  }

  /** Makes this request the one under way. */
  <T> CompletableFuture<T> track(CompletableFuture<T> request) {
    boolean isLate;
    synchronized (this) {
      underWay = request;
      isLate = isCalledOff;
    }
    if (isLate) {
      request.cancel(true);
    }
    return request;
  }
}
