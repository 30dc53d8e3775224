package dev.penstock.client.registry.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Gathers a small body in memory; its fields are used one signal at a time. */
final class BodyCollector implements Flow.Subscriber<List<ByteBuffer>> {
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
  public void onNext(List<ByteBuffer> buffers) {
    Flow.Subscription upstream = Objects.requireNonNull(subscription);
    for (ByteBuffer buffer : buffers) {
      if (buffer.remaining() > maxBytes - bytes.size()) {
        result.completeExceptionally(new BodyTooLargeException(maxBytes));
        upstream.cancel();
        return;
      }
      byte[] part = new byte[buffer.remaining()];
      buffer.get(part);
      bytes.write(part, 0, part.length);
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
