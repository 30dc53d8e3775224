package dev.penstock.client.service;

import dev.penstock.client.limits.Pace;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.http.HttpTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Pays out of the customer's rate for what one call has read whole: in portions no larger than the
 * reads of a blob, each in its turn, so that a large manifest takes from the others no more than a
 * blob does.
 *
 * <p>Threads: any; nobody waits in here.
 */
final class Payment {
  private final AccessControl control;
  private final RegistryReader registry;

  Payment(AccessControl control, RegistryReader registry) {
    this.control = control;
    this.registry = registry;
  }

  /** Completes when that much is paid, at once where there is no limit; to cancel it is to stop. */
  CompletableFuture<@Nullable Void> pay(long bytes) {
    long portions = divide(bytes, HttpTransport.readBufferBytes());
    int portionBytes = (int) divide(bytes, Math.max(1, portions));
    CompletableFuture<@Nullable Void> paid = new CompletableFuture<>();
    Pace pace = control.pace(registry.endpoint().name(), portionBytes);
    paid.whenComplete((nothing, failure) -> pace.close());
    payRest(portions, portionBytes, pace, paid);
    return paid;
  }

  /** A pace that is closed tells of no wait, and by then there is nothing more to complete. */
  private void payRest(
      long portions, int portionBytes, Pace pace, CompletableFuture<@Nullable Void> paid) {
    for (long left = portions; left > 0; left--) {
      long nanos = pace.nanosUntilRead();
      if (nanos > 0) {
        long rest = left;
        registry.after(Duration.ofNanos(nanos), () -> payRest(rest, portionBytes, pace, paid));
        return;
      }
      pace.onRead(portionBytes);
    }
    paid.complete(null);
  }

  /** Rounds up. */
  private static long divide(long bytes, long by) {
    return (bytes + by - 1) / by;
  }
}
