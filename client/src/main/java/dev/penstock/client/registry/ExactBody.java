package dev.penstock.client.registry;

import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.BodyFlow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
final class ExactBody implements Flow.Processor<List<ByteBuffer>, List<ByteBuffer>> {
  private final BodyFlow source;
  private final Failures failures;
  private final boolean mayHaveMore;
  private long toSkip;
  private long missing;
  private boolean isDone;
  private Flow.@Nullable Subscription upstream;
  private Flow.@Nullable Subscriber<? super List<ByteBuffer>> downstream;

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
  public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
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
  public void onNext(List<ByteBuffer> buffers) {
    if (isDone) {
      return;
    }
    List<ByteBuffer> wanted = toSkip == 0 ? buffers : afterSkipping(buffers);
    long bytes = remaining(wanted);
    if (bytes > missing) {
      passLast(wanted);
    } else if (bytes > 0) {
      missing -= bytes;
      downstream().onNext(wanted);
    } else {
      upstream().request(1);
    }
  }

  private void passLast(List<ByteBuffer> buffers) {
    isDone = true;
    upstream().cancel();
    if (!mayHaveMore) {
      downstream().onError(failures.of(Kind.CORRUPT, "the registry sends more than it announced"));
      return;
    }
    if (missing > 0) {
      downstream().onNext(first(missing, buffers));
    }
    downstream().onComplete();
  }

  private List<ByteBuffer> afterSkipping(List<ByteBuffer> buffers) {
    List<ByteBuffer> rest = new ArrayList<>(buffers.size());
    for (ByteBuffer buffer : buffers) {
      int skipped = (int) Math.min(toSkip, buffer.remaining());
      toSkip -= skipped;
      buffer.position(buffer.position() + skipped);
      if (buffer.hasRemaining()) {
        rest.add(buffer);
      }
    }
    return rest;
  }

  private static List<ByteBuffer> first(long bytes, List<ByteBuffer> buffers) {
    List<ByteBuffer> taken = new ArrayList<>(buffers.size());
    long left = bytes;
    for (ByteBuffer buffer : buffers) {
      int part = (int) Math.min(left, buffer.remaining());
      if (part > 0) {
        taken.add(buffer.slice(buffer.position(), part));
      }
      left -= part;
    }
    return taken;
  }

  private static long remaining(List<ByteBuffer> buffers) {
    long bytes = 0;
    for (ByteBuffer buffer : buffers) {
      bytes += buffer.remaining();
    }
    return bytes;
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

  private Flow.Subscriber<? super List<ByteBuffer>> downstream() {
    return Objects.requireNonNull(downstream);
  }
}
