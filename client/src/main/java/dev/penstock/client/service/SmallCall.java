package dev.penstock.client.service;

import com.google.protobuf.MessageLite;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * One call that is answered with one message. It takes a place, reads, pays for the answer out of
 * the customer's rate, and answers.
 *
 * <p>Its place is free again when gRPC has passed the answer on, or the call has ended without: so
 * many answers are in memory, and no more, however slow the caller, the rate or the registry is.
 *
 * <p>A call that is cancelled, or comes to its deadline, ends where it is: in the line for a place,
 * at the registry, or in the line for the rate.
 *
 * <p>Threads: begun by the call's, continued by whichever ends a step.
 */
final class SmallCall<T, R extends MessageLite> {
  private final AccessEntry entry;
  private final ServerCallStreamObserver<R> caller;
  private final AccessControl control;
  private final Steps<R> steps = new Steps<>();
  private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

  SmallCall(AccessEntry entry, ServerCallStreamObserver<R> caller, AccessControl control) {
    this.entry = entry;
    this.caller = caller;
    this.control = control;
  }

  /** While the method runs: afterwards gRPC takes no handlers. */
  void begin(SmallRead<T> read, BiFunction<AccessEntry, T, R> toResponse) {
    caller.setOnCancelHandler(() -> end.complete(null));
    caller.setOnCloseHandler(() -> end.complete(null));
    end.whenComplete((nothing, failure) -> steps.result().cancel(true));
    steps.result().whenComplete(this::answer);
    Payment payment = new Payment(control, read.registry());
    steps.then(
        () -> control.place(entry.registry()),
        place -> {
          end.whenComplete((nothing, failure) -> place.close());
          steps.then(
              () -> read.begin(payment), value -> pay(payment, toResponse.apply(entry, value)));
        });
  }

  private void pay(Payment payment, R response) {
    steps.then(
        () -> payment.pay(response.getSerializedSize()), paid -> steps.result().complete(response));
  }

  private void answer(@Nullable R response, @Nullable Throwable failure) {
    if (response == null) {
      fail(failure);
      return;
    }
    try {
      entry.sent(response.getSerializedSize());
      caller.onNext(response);
      caller.onCompleted();
    } catch (Throwable e) { // in a future's callback, nobody else would see it
      fail(e);
    }
  }

  private void fail(@Nullable Throwable failure) {
    caller.onError(Statuses.of(Objects.requireNonNull(failure)).asException());
  }
}
