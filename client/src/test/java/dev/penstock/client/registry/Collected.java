package dev.penstock.client.registry;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** A subscriber that demands as much as it is told and keeps what it gets. */
final class Collected implements Flow.Subscriber<ByteBuf> {
  private final long initialDemand;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  final CompletableFuture<byte[]> end = new CompletableFuture<>();
  final CompletableFuture<Void> firstBytes = new CompletableFuture<>();

  Collected(long initialDemand) {
    this.initialDemand = initialDemand;
  }

  static byte[] all(Flow.Publisher<ByteBuf> body) throws Exception {
    Collected collected = new Collected(Long.MAX_VALUE);
    body.subscribe(collected);
    return collected.end.get(20, TimeUnit.SECONDS);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription.complete(given);
    if (initialDemand > 0) {
      given.request(initialDemand);
    }
  }

  @Override
  public void onNext(ByteBuf buffer) {
    byte[] part = new byte[buffer.readableBytes()];
    buffer.readBytes(part);
    buffer.release();
    bytes.write(part, 0, part.length);
    firstBytes.complete(null);
  }

  @Override
  public void onError(Throwable failure) {
    end.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    end.complete(bytes.toByteArray());
  }
}
