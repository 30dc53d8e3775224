package dev.penstock.client.registry;

import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.HttpTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Sends a read again that failed before anything of it was there: a connection that was reset, a
 * registry that is just restarting. Reads change nothing, so they may be sent again; a registry
 * that is down for longer is soon told of, and one that takes long to fail is not asked again.
 */
final class Repeating {
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);

  private final HttpTransport transport;
  private final Failures failures;
  private final RegistryOptions options;
  private final Errand errand;
  private final long startNanos = System.nanoTime();

  /**
   * Repeats one read. No attempt begins later after the first than the opening patience; only where
   * a registry says when to come back, than the whole patience. One that asks for more than that is
   * told of at once.
   */
  Repeating(HttpTransport transport, Failures failures, RegistryOptions options, Errand errand) {
    this.transport = transport;
    this.failures = failures;
    this.options = options;
    this.errand = errand;
  }

  /** Completes with the first attempt that succeeds, or with the last one's failure. */
  <T> CompletableFuture<T> run(Function<Errand, CompletableFuture<T>> read) {
    CompletableFuture<T> result = new CompletableFuture<>();
    attempt(read, result, FIRST_WAIT);
    return result;
  }

  private <T> void attempt(
      Function<Errand, CompletableFuture<T>> read, CompletableFuture<T> result, Duration wait) {
    CompletableFuture.completedFuture(errand)
        .thenCompose(read)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                result.complete(value);
              } else if (isWorthAnother(failures.of(failure), wait)) {
                transport.after(
                    waitBefore(failures.of(failure), wait),
                    () -> attempt(read, result, wait.multipliedBy(2)));
              } else {
                result.completeExceptionally(failure);
              }
            });
  }

  private boolean isWorthAnother(RegistryException failure, Duration wait) {
    Duration longest =
        failure.retryAfter().isPresent() ? options.patience() : options.openingPatience();
    Duration until =
        Duration.ofNanos(System.nanoTime() - startNanos)
            .plus(failure.retryAfter().orElse(Duration.ZERO))
            .plus(wait);
    return !errand.isCalledOff()
        && until.compareTo(longest) <= 0
        && switch (failure.kind()) {
          case UNREACHABLE, TRUNCATED, FAILING, THROTTLED -> true;
          default -> false;
        };
  }

  /** All who were told the same moment do not come at it. */
  private static Duration waitBefore(RegistryException failure, Duration wait) {
    return failure.retryAfter().map(told -> told.plus(jittered(wait))).orElse(jittered(wait));
  }

  private static Duration jittered(Duration wait) {
    long half = wait.toMillis() / 2;
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }
}
