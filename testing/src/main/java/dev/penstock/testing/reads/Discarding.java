package dev.penstock.testing.reads;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Wants a body as a transfer does, some reads ahead, and throws it away. */
final class Discarding implements Flow.Subscriber<ByteBuf> {
  private static final int READS_AHEAD = 4;

  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;
  private long bytes;

  /** How many they were, once the last has come. */
  CompletableFuture<Long> bytes() {
    return done;
  }

  @Override
  public void onSubscribe(Flow.Subscription upstream) {
    subscription = upstream;
    upstream.request(READS_AHEAD);
  }

  @Override
  public void onNext(ByteBuf buffer) {
    bytes += buffer.readableBytes();
    buffer.release();
    Objects.requireNonNull(subscription).request(1);
  }

  @Override
  public void onError(Throwable failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    done.complete(bytes);
  }
}
