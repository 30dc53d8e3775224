package dev.penstock.client.registry.http;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Gathers a small body in memory; its fields are used one signal at a time. */
final class BodyCollector implements Flow.Subscriber<ByteBuf> {
  /** Up to here, reading the rest is cheaper than a new connection. */
  static final int MAX_DISCARDED_BYTES = 64 * 1024;

  private final int maxBytes;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;

  BodyCollector(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  CompletableFuture<byte[]> collect(BodyFlow body) {
    body.subscribe(this);
    return result;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(ByteBuf buffer) {
    Flow.Subscription upstream = Objects.requireNonNull(subscription);
    try {
      if (buffer.readableBytes() > maxBytes - bytes.size()) {
        upstream.cancel();
        result.completeExceptionally(new BodyTooLargeException(maxBytes));
        return;
      }
      byte[] part = new byte[buffer.readableBytes()];
      buffer.readBytes(part);
      bytes.write(part, 0, part.length);
    } finally {
      buffer.release();
    }
    upstream.request(1);
  }

  @Override
  public void onError(Throwable failure) {
    result.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    result.complete(bytes.toByteArray());
  }
}
