package dev.penstock.server.canary;

import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.ProbeGrpc;
import dev.penstock.server.access.Access;
import dev.penstock.server.access.AccessLog;
import dev.penstock.server.access.Target;
import dev.penstock.server.auth.Caller;
import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.relay.RelayHeaders;
import dev.penstock.server.route.Router;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The Probe service for callers. Expects {@link CallerAuthentication} in front of it, and before
 * that {@link AccessLog}. Any thread.
 */
public final class ProbeService implements BindableService {
  /** Of a payload. */
  public static final int MAX_PAYLOAD_BYTES = 1 << 20;

  /** Each holds its payload until its answer is on its way. */
  static final int MOST_AT_ONCE = 64;

  private final Router router;
  private final AtomicInteger underWay = new AtomicInteger();

  /** Calls the clients that this router finds. */
  public ProbeService(Router router) {
    this.router = router;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(ProbeGrpc.getServiceDescriptor())
        .addMethod(
            ProbeGrpc.getEchoMethod(),
            (call, headers) -> {
              Access.current().callerIs(caller().name());
              return ServerCalls.<EchoRequest, EchoResponse>asyncUnaryCall(
                      (request, caller) -> echo(request, headers, caller))
                  .startCall(call, headers);
            })
        .build();
  }

  private void echo(EchoRequest request, Metadata received, StreamObserver<EchoResponse> caller) {
    try {
      Access.current().targetIs(Target.ofTunnel(request.getTunnel()));
      router.admit(caller(), request.getTunnel());
      check(request);
      Metadata headers = RelayHeaders.forClient(received, caller(), Access.current().requestId());
      EchoCall call = new EchoCall(request, headers, caller);
      takePlace((ServerCallStreamObserver<EchoResponse>) caller, call);
      call.begin(router);
    } catch (StatusException e) {
      caller.onError(e);
    }
  }

  private static void check(EchoRequest request) throws StatusException {
    int bytes = request.getPayload().size();
    if (bytes > MAX_PAYLOAD_BYTES) {
      throw Status.INVALID_ARGUMENT
          .withDescription(
              "payload of %,d bytes; at most %,d are sent".formatted(bytes, MAX_PAYLOAD_BYTES))
          .asException();
    }
  }

  private void takePlace(ServerCallStreamObserver<?> caller, EchoCall call) throws StatusException {
    if (underWay.getAndUpdate(count -> count < MOST_AT_ONCE ? count + 1 : count) >= MOST_AT_ONCE) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "%d probes are under way at this server already; try again".formatted(MOST_AT_ONCE))
          .asException();
    }
    AtomicBoolean ended = new AtomicBoolean();
    Runnable end =
        () -> {
          if (ended.compareAndSet(false, true)) {
            underWay.decrementAndGet();
          }
        };
    caller.setOnCloseHandler(end);
    caller.setOnCancelHandler(
        () -> {
          end.run();
          call.cancel();
        });
  }

  private static Caller caller() {
    return Objects.requireNonNull(
        CallerAuthentication.CALLER.get(), "a call came without an authenticated caller");
  }
}
