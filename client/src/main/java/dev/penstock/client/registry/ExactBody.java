package dev.penstock.client.registry;

import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.BodyFlow;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Passes on exactly the bytes that were announced: it drops what comes before the offset where the
 * registry ignored Range, and turns a body that is shorter or longer into an error, so that
 * onComplete means that every byte was delivered.
 *
 * <p>Threads: signals come one at a time; demand and cancellation may come from any thread.
 */
final class ExactBody implements Flow.Processor<ByteBuf, ByteBuf> {
  private final BodyFlow source;
  private final Failures failures;
  private final boolean mayHaveMore;
  private long toSkip;
  private long missing;
  private boolean isDone;
  private Flow.@Nullable Subscription upstream;
  private Flow.@Nullable Subscriber<? super ByteBuf> downstream;

  /**
   * A body to be subscribed to.
   *
   * @param toSkip bytes before the wanted ones
   * @param length wanted bytes
   * @param mayHaveMore whether bytes behind the wanted ones are left unread or are an error
   */
  ExactBody(BodyFlow source, long toSkip, long length, boolean mayHaveMore, Failures failures) {
    this.source = source;
    this.toSkip = toSkip;
    this.missing = length;
    this.mayHaveMore = mayHaveMore;
    this.failures = failures;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuf> subscriber) {
    downstream = subscriber;
    source.subscribe(this);
  }

  void cancel() {
    source.cancel();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    upstream = subscription;
    downstream().onSubscribe(subscription);
  }

  @Override
  public void onNext(ByteBuf buffer) {
    if (isDone) {
      buffer.release();
      return;
    }
    int skipped = (int) Math.min(toSkip, buffer.readableBytes());
    toSkip -= skipped;
    buffer.skipBytes(skipped);
    if (buffer.readableBytes() > missing) {
      passLast(buffer);
    } else if (buffer.isReadable()) {
      missing -= buffer.readableBytes();
      downstream().onNext(buffer);
    } else {
      buffer.release();
      upstream().request(1);
    }
  }

  private void passLast(ByteBuf buffer) {
    isDone = true;
    upstream().cancel();
    if (!mayHaveMore) {
      buffer.release();
      downstream().onError(failures.of(Kind.CORRUPT, "the registry sends more than it announced"));
    } else if (missing > 0) {
      downstream().onNext(buffer.writerIndex(buffer.readerIndex() + (int) missing));
      downstream().onComplete();
    } else {
      buffer.release();
      downstream().onComplete();
    }
  }

  @Override
  public void onError(Throwable failure) {
    if (!isDone) {
      isDone = true;
      downstream().onError(failures.of(failure));
    }
  }

  @Override
  public void onComplete() {
    if (isDone) {
      return;
    }
    isDone = true;
    if (missing > 0) {
      downstream()
          .onError(failures.of(Kind.TRUNCATED, missing + " bytes fewer than announced came"));
    } else {
      downstream().onComplete();
    }
  }

  private Flow.Subscription upstream() {
    return Objects.requireNonNull(upstream);
  }

  private Flow.Subscriber<? super ByteBuf> downstream() {
    return Objects.requireNonNull(downstream);
  }
}
