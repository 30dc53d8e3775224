package dev.penstock.server.canary;

import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.ProbeGrpc;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.relay.Hop;
import dev.penstock.server.relay.RelayStatus;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One echo through one client. Made in a call's context, it ends with that call, and has its
 * deadline.
 *
 * <p>Any thread; the future is completed on the tunnel's event loop, with a failure that {@link
 * Status#fromThrowable} reads.
 */
final class ClientEcho implements StreamObserver<EchoResponse> {
  private final CompletableFuture<EchoResponse> result = new CompletableFuture<>();

  // Written and read by the tunnel's event loop.
  private @Nullable EchoResponse response;

  private ClientEcho() {}

  static CompletableFuture<EchoResponse> ask(
      AttachedClient client, EchoRequest request, Metadata headers, CallOptions options) {
    Channel channel =
        ClientInterceptors.intercept(
            client.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
    ClientEcho echo = new ClientEcho();
    ClientCalls.asyncUnaryCall(channel.newCall(ProbeGrpc.getEchoMethod(), options), request, echo);
    return echo.result;
  }

  /** The part of the way at which an echo ended with this status. */
  static Hop hop(Status status, AttachedClient client) {
    boolean isOfTunnel =
        RelayStatus.isOfLoss(status, client)
            || status.getCode() == Status.Code.UNAVAILABLE
            || status.getCode() == Status.Code.DEADLINE_EXCEEDED;
    return isOfTunnel ? Hop.TUNNEL : Hop.CLIENT;
  }

  /** A client's status as callers see it. */
  static Status asSeen(Status status, AttachedClient client) {
    return status.getCode() == Status.Code.UNIMPLEMENTED
        ? Status.UNIMPLEMENTED.withDescription(
            "the client %s is older than probes: the way to it is good, but it cannot say more;"
                    .formatted(client)
                + " have the customer update it")
        : RelayStatus.asSeen(status, client);
  }

  @Override
  public void onNext(EchoResponse message) {
    response = message;
  }

  @Override
  public void onError(Throwable failure) {
    result.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    result.complete(Objects.requireNonNull(response)); // gRPC sees to it for a unary call
  }
}
