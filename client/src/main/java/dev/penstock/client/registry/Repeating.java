package dev.penstock.client.registry;

import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.Abort;
import dev.penstock.client.registry.http.HttpTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends a read again that failed before anything of it was there: a connection that was reset, a
 * registry that is just restarting. Reads change nothing, so they may be sent again; a registry
 * that is down for longer is soon told of, and one that takes long to fail is not asked again.
 */
final class Repeating {
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);

  private final HttpTransport transport;
  private final Failures failures;
  private final Duration longest;
  private final Abort abort;
  private final long startNanos = System.nanoTime();

  /**
   * Repeats one read.
   *
   * @param longest no attempt begins later than that after the first; zero: there is one only
   */
  Repeating(HttpTransport transport, Failures failures, Duration longest, Abort abort) {
    this.transport = transport;
    this.failures = failures;
    this.longest = longest;
    this.abort = abort;
  }

  /** Completes with the first attempt that succeeds, or with the last one's failure. */
  <T> CompletableFuture<T> run(Function<Abort, CompletableFuture<T>> read) {
    CompletableFuture<T> result = new CompletableFuture<>();
    attempt(read, result, FIRST_WAIT);
    return result;
  }

  private <T> void attempt(
      Function<Abort, CompletableFuture<T>> read, CompletableFuture<T> result, Duration wait) {
    CompletableFuture.completedFuture(abort)
        .thenCompose(read)
        .whenComplete(
            (value, failure) -> {
              if (failure == null) {
                result.complete(value);
              } else if (isWorthAnother(failure, wait)) {
                transport.after(jittered(wait), () -> attempt(read, result, wait.multipliedBy(2)));
              } else {
                result.completeExceptionally(failure);
              }
            });
  }

  private boolean isWorthAnother(@Nullable Throwable failure, Duration wait) {
    long until = System.nanoTime() - startNanos + wait.toNanos();
    if (failure == null || abort.isAborted() || until > longest.toNanos()) {
      return false;
    }
    Kind kind = failures.of(failure).kind();
    return kind == Kind.UNREACHABLE || kind == Kind.TRUNCATED || kind == Kind.FAILING;
  }

  private static Duration jittered(Duration wait) {
    long half = wait.toMillis() / 2;
    return Duration.ofMillis(half + ThreadLocalRandom.current().nextLong(half + 1));
  }
}
