package dev.penstock.client.canary;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.registry.RegistryException;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.RegistryTraffic.LastHeard;
import dev.penstock.probe.v1.RegistryState;
import dev.penstock.probe.v1.RegistryState.State;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One registry, as callers may know of it: the last that was heard, or what it answers now.
 *
 * <p>It is asked once at a time: who asks meanwhile shares the answer. One that does not come in
 * time is waited for by nobody; until the transport gives it up, too, the registry is not asked
 * again, and everybody is told at once that it owes an answer.
 *
 * <p>Any thread. The futures do not fail.
 */
final class Reaching {
  private final RegistryReader registry;
  private final Duration patience;

  @GuardedBy("this")
  private CompletableFuture<?> request = CompletableFuture.completedFuture(null);

  @GuardedBy("this")
  private CompletableFuture<RegistryState> shared = new CompletableFuture<>();

  Reaching(RegistryReader registry, Duration patience) {
    this.registry = registry;
    this.patience = patience;
  }

  RegistryState lastKnown() {
    LastHeard last = registry.traffic().lastHeard();
    RegistryState.Builder state = RegistryState.newBuilder().setRegistry(name());
    if (last.age() == null) {
      return state.setState(State.NOT_HEARD).build();
    }
    state.setAgeMillis(last.age().toMillis());
    RegistryException failure = last.failure();
    return failure == null
        ? state.setState(State.ANSWERS).build()
        : state.setState(stateOf(failure)).setDetail(String.valueOf(failure.getMessage())).build();
  }

  private static State stateOf(RegistryException failure) {
    return failure.kind() == RegistryException.Kind.FAILING ? State.FAILING : State.UNREACHABLE;
  }

  CompletableFuture<RegistryState> reach() {
    CompletableFuture<RegistryState> result;
    synchronized (this) {
      if (!request.isDone()) {
        return shared;
      }
      result = new CompletableFuture<>();
      shared = result;
      request = ask(result);
    }
    registry.after(patience, () -> result.complete(late()));
    return result;
  }

  private CompletableFuture<?> ask(CompletableFuture<RegistryState> result) {
    long began = System.nanoTime();
    return registry
        .probe()
        .handle(
            (answer, failure) -> {
              long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
              return lastKnown().toBuilder().setAnswerMicros(failure == null ? micros : 0).build();
            })
        .thenAccept(result::complete);
  }

  private RegistryState late() {
    return RegistryState.newBuilder()
        .setRegistry(name())
        .setState(State.UNREACHABLE)
        .setDetail(
            "registry '%s' has not answered within %s s"
                .formatted(name(), patience.toMillis() / 1000.0))
        .build();
  }

  private String name() {
    return registry.endpoint().name();
  }
}
