package dev.penstock.client.canary;

import dev.penstock.client.registry.RegistryReader;
import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.ProbeGrpc;
import dev.penstock.probe.v1.RegistryState;
import dev.penstock.probe.v1.Stage;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The Probe service of a client; {@code probe.proto} is its contract. Any thread. */
public final class ProbeService extends ProbeGrpc.ProbeImplBase {
  /** Of a payload. */
  public static final int MAX_PAYLOAD_BYTES = 1 << 20;

  /** Each holds its payload until the answer is on its way. */
  static final int MOST_AT_ONCE = 8;

  /** For a registry to answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final List<Reaching> registries;
  private final AtomicInteger underWay = new AtomicInteger();

  /** A service to be bound to any server, which tells of these registries. */
  public ProbeService(List<RegistryReader> registries) {
    this(registries, PATIENCE);
  }

  ProbeService(List<RegistryReader> registries, Duration patience) {
    this.registries =
        registries.stream().map(registry -> new Reaching(registry, patience)).toList();
  }

  /** Calls that have not ended. */
  int underWay() {
    return underWay.get();
  }

  @Override
  public void echo(EchoRequest request, StreamObserver<EchoResponse> caller) {
    long began = System.nanoTime();
    if (request.getPayload().size() > MAX_PAYLOAD_BYTES) {
      caller.onError(tooLarge(request.getPayload().size()).asException());
    } else if (takePlace((ServerCallStreamObserver<EchoResponse>) caller)) {
      states(request.getReachRegistries())
          .thenAccept(states -> answer(request, states, began, caller));
    } else {
      caller.onError(tooMany().asException());
    }
  }

  /** The place is free again when gRPC has passed the answer on, or the call has ended without. */
  private boolean takePlace(ServerCallStreamObserver<?> caller) {
    if (underWay.getAndUpdate(count -> count < MOST_AT_ONCE ? count + 1 : count) >= MOST_AT_ONCE) {
      return false;
    }
    AtomicBoolean ended = new AtomicBoolean();
    Runnable end =
        () -> {
          if (ended.compareAndSet(false, true)) {
            underWay.decrementAndGet();
          }
        };
    caller.setOnCancelHandler(end);
    caller.setOnCloseHandler(end);
    return true;
  }

  private CompletableFuture<List<RegistryState>> states(boolean reach) {
    if (!reach) {
      return CompletableFuture.completedFuture(
          registries.stream().map(Reaching::lastKnown).toList());
    }
    List<CompletableFuture<RegistryState>> asked =
        registries.stream().map(Reaching::reach).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(all -> asked.stream().map(CompletableFuture::join).toList());
  }

  private static void answer(
      EchoRequest request,
      List<RegistryState> states,
      long began,
      StreamObserver<EchoResponse> caller) {
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
    caller.onNext(
        EchoResponse.newBuilder()
            .setPayload(request.getPayload())
            .addStages(Stage.newBuilder().setWho("client").setDurationMicros(micros))
            .addAllRegistries(states)
            .build());
    caller.onCompleted();
  }

  private static Status tooLarge(int bytes) {
    return Status.INVALID_ARGUMENT.withDescription(
        "payload of %,d bytes; at most %,d are sent back".formatted(bytes, MAX_PAYLOAD_BYTES));
  }

  private static Status tooMany() {
    return Status.RESOURCE_EXHAUSTED.withDescription(
        "the client answers %d probes already; try again".formatted(MOST_AT_ONCE));
  }
}
