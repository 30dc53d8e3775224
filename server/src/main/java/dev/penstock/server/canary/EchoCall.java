package dev.penstock.server.canary;

import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.Stage;
import dev.penstock.server.access.Access;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.relay.Hop;
import dev.penstock.server.route.Router;
import dev.penstock.server.route.Search;
import dev.penstock.server.route.Taker;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One echo for a caller: waits for a client as any call does, asks it, and adds the server's part
 * of the times. It is not repeated: a probe that lost its tunnel has found something out.
 *
 * <p>Threads: begun by the caller's event loop, continued by whichever brings the client. A caller
 * that goes away ends the search or, by the context, the call to the client.
 */
final class EchoCall implements Taker {
  private final EchoRequest request;
  private final Metadata headers;
  private final StreamObserver<EchoResponse> caller;
  private final long beganNanos = System.nanoTime();
  private final Context context = Context.current();
  private final Access access = Access.current();
  private final CompletableFuture<Search> search = new CompletableFuture<>();

  /**
   * A call in its context.
   *
   * @param headers for the client
   */
  EchoCall(EchoRequest request, Metadata headers, StreamObserver<EchoResponse> caller) {
    this.request = request;
    this.headers = headers;
    this.caller = caller;
  }

  void begin(Router router) {
    search.complete(router.find(request.getTunnel(), this));
  }

  /** The caller has gone away. */
  void cancel() {
    search.thenAccept(Search::cancel);
  }

  @Override
  public void found(AttachedClient client) {
    access.legBegins();
    context.run(() -> ask(client));
  }

  private void ask(AttachedClient client) {
    long givenNanos = System.nanoTime();
    ClientEcho.ask(client, request, headers, CallOptions.DEFAULT)
        .whenComplete(
            (response, failure) -> {
              long doneNanos = System.nanoTime();
              client.endCall();
              if (failure == null) {
                answer(client, response, doneNanos - givenNanos);
              } else {
                fail(client, Status.fromThrowable(failure));
              }
            });
  }

  private void answer(AttachedClient client, @Nullable EchoResponse response, long tunnelNanos) {
    EchoResponse full =
        Objects.requireNonNull(response).toBuilder()
            .setClient(client.toString())
            .addStages(stage("tunnel", tunnelNanos))
            .addStages(stage("server", System.nanoTime() - beganNanos))
            .build();
    access.delivers(full.getSerializedSize());
    caller.onNext(full);
    caller.onCompleted();
  }

  private static Stage stage(String who, long nanos) {
    return Stage.newBuilder()
        .setWho(who)
        .setDurationMicros(TimeUnit.NANOSECONDS.toMicros(nanos))
        .build();
  }

  private void fail(AttachedClient client, Status status) {
    ClientEcho.hop(status, client).blame(context);
    caller.onError(ClientEcho.asSeen(status, client).asException());
  }

  @Override
  public void notFound(Status status, Metadata trailers) {
    Hop.ROUTE.blame(context);
    caller.onError(status.asException(trailers));
  }
}
