package dev.penstock.client.service;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What several steps lead to, one after the other, however many: a chain of dependent futures would
 * hold all that were before, and its cancellation would not reach the one under way.
 *
 * <p>To cancel the result is to cancel the step under way, and no other begins. A step that fails
 * is the end of all, with its failure; so is a defect, an Error too.
 *
 * <p>Threads: whichever ends a step begins the next; any may cancel.
 */
final class Steps<T> {
  private final CompletableFuture<T> result = new CompletableFuture<>();

  /** Volatile: looked at after the result is done, as that is after this is written. */
  private volatile @Nullable CompletableFuture<?> underWay;

  Steps() {
    result.whenComplete((value, failure) -> stop());
  }

  CompletableFuture<T> result() {
    return result;
  }

  /**
   * Takes a step.
   *
   * @param step begins it, unless all is over
   * @param next what to do with what it brought; also when all is over by then, so that nothing is
   *     lost that must be closed
   */
  <S extends @Nullable Object> void then(Supplier<CompletableFuture<S>> step, Consumer<S> next) {
    if (result.isDone()) {
      return;
    }
    try {
      CompletableFuture<S> begun = step.get();
      underWay = begun;
      if (result.isDone()) {
        stop();
      }
      begun.whenComplete((value, failure) -> goOn(value, failure, next));
    } catch (Throwable e) { // whoever waits for the result would wait for ever
      result.completeExceptionally(e);
    }
  }

  private <S extends @Nullable Object> void goOn(
      S value, @Nullable Throwable failure, Consumer<S> next) {
    if (failure != null) {
      result.completeExceptionally(failure);
      return;
    }
    try {
      next.accept(value);
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  private void stop() {
    CompletableFuture<?> step = underWay;
    if (step != null) {
      step.cancel(true);
    }
  }
}
