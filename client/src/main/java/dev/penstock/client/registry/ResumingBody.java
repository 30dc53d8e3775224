package dev.penstock.client.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.client.names.CallIds;
import dev.penstock.client.registry.RegistryException.Kind;
import dev.penstock.client.registry.http.Errand;
import dev.penstock.client.registry.http.Explanation;
import dev.penstock.client.registry.http.HttpTransport;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a blob, over one connection after another: a body that breaks off is asked for again
 * from its next byte (RFC 9110 §14), at the registry's own URL, by {@link ResumeRule}. Its one
 * subscriber sees one body.
 *
 * <p>A registry that then sends another part, or a blob of another size, is refused: bytes are
 * never spliced from what contradicts itself. That they are the right ones, the digest shows in the
 * end.
 *
 * <p>A subscriber that wants nothing for long does not hold a connection of the registry: it is let
 * go, and asked for again when there is demand.
 *
 * <p>Threads: any, one at a time under the body's lock.
 */
final class ResumingBody implements Flow.Publisher<ByteBuf>, Flow.Subscription {
  private static final Logger log = LoggerFactory.getLogger(ResumingBody.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
  private static final int IDLE_CHECKS = 4;

  private final BiFunction<BlobRange, Errand, CompletableFuture<BlobContent>> opening;
  private final Supplier<Errand> errands;
  private final HttpTransport transport;
  private final ResumeRule rule;
  private final Failures failures;
  private final long size;
  private final long end;

  @GuardedBy("this")
  private long position;

  @GuardedBy("this")
  private @Nullable BlobContent first;

  @GuardedBy("this")
  private Flow.@Nullable Subscriber<? super ByteBuf> downstream;

  /** The connection that brings bytes now; null while there is none. */
  @GuardedBy("this")
  private @Nullable Attempt current;

  /** What opens the next one; null when none is being opened. */
  @GuardedBy("this")
  private @Nullable Errand underWay;

  @GuardedBy("this")
  private long outstanding;

  @GuardedBy("this")
  private long lastByteNanos;

  @GuardedBy("this")
  private long lastDemandNanos;

  @GuardedBy("this")
  private long attemptNanos;

  @GuardedBy("this")
  private long attemptPosition;

  @GuardedBy("this")
  private int fruitless;

  @GuardedBy("this")
  private boolean isToldOf;

  @GuardedBy("this")
  private boolean isOver;

  /**
   * A body that goes on where {@code opened} breaks off.
   *
   * @param opening opens the same blob at another range
   */
  ResumingBody(
      BlobContent opened,
      BiFunction<BlobRange, Errand, CompletableFuture<BlobContent>> opening,
      Supplier<Errand> errands,
      HttpTransport transport,
      ResumeRule rule,
      Failures failures) {
    this.first = opened;
    this.opening = opening;
    this.errands = errands;
    this.transport = transport;
    this.rule = rule;
    this.failures = failures;
    this.size = opened.stat().size();
    this.position = opened.offset();
    this.end = opened.offset() + opened.length();
  }

  @Override
  public synchronized void subscribe(Flow.Subscriber<? super ByteBuf> subscriber) {
    if (downstream != null) {
      throw new IllegalStateException("a body has one subscriber");
    }
    downstream = subscriber;
    lastDemandNanos = System.nanoTime();
    lastByteNanos = lastDemandNanos;
    subscriber.onSubscribe(this);
    BlobContent opened = Objects.requireNonNull(first);
    first = null;
    if (isOver) {
      opened.cancel();
    } else {
      read(opened);
      watchForIdleness();
    }
  }

  @Override
  public synchronized void request(long n) {
    if (isOver) {
      return;
    }
    long now = System.nanoTime();
    if (outstanding == 0) {
      lastByteNanos = now; // nobody waited before
    }
    lastDemandNanos = now;
    outstanding += Math.min(n, Long.MAX_VALUE - outstanding);
    if (current != null) {
      current.request(n);
    } else if (first == null && underWay == null) {
      open(); // it had been let go
    }
  }

  @Override
  public synchronized void cancel() {
    isOver = true;
    if (first != null && downstream == null) {
      first.cancel();
    }
    if (current != null) {
      current.cancel();
    }
    if (underWay != null) {
      underWay.callOff();
    }
  }

  private synchronized void read(BlobContent content) {
    attemptNanos = System.nanoTime();
    attemptPosition = position;
    Attempt attempt = new Attempt();
    current = attempt;
    content.subscribe(attempt);
  }

  private synchronized void open() {
    Errand errand = errands.get();
    underWay = errand;
    opening
        .apply(new BlobRange(position, end - position), errand)
        .whenComplete((content, failure) -> opened(errand, content, failure));
  }

  private synchronized void opened(
      Errand errand, @Nullable BlobContent content, @Nullable Throwable failure) {
    if (isOver || underWay != errand) {
      if (content != null) {
        content.cancel();
      }
      return;
    }
    underWay = null;
    if (content == null) {
      brokenOff(failures.of(Objects.requireNonNull(failure)));
    } else if (isTheRest(content)) {
      read(content);
    } else {
      content.cancel();
      fail(failures.of(Kind.CORRUPT, contradiction(content)));
    }
  }

  private synchronized boolean isTheRest(BlobContent content) {
    return content.stat().size() == size
        && content.offset() == position
        && content.length() == end - position;
  }

  private synchronized String contradiction(BlobContent content) {
    return "after it broke off at byte %d of %d, the registry goes on with bytes %d+%d of %d"
        .formatted(position, size, content.offset(), content.length(), content.stat().size());
  }

  /** The connection ended before its time, or the next one could not be had. */
  private synchronized void brokenOff(RegistryException why) {
    if (position == end) {
      isOver = true; // it said good-bye badly, but it had nothing more to bring
      downstream().onComplete();
      return;
    }
    long now = System.nanoTime();
    countAttempt(now);
    Duration told = why.retryAfter().orElse(Duration.ZERO);
    boolean isHopeless =
        fruitless > rule.mostAttempts()
            || Duration.ofNanos(now - lastByteNanos).plus(told).compareTo(rule.patience()) > 0;
    if (!isPassing(why.kind())) {
      fail(why);
    } else if (isHopeless) {
      RegistryException end = failures.gaveUp(why, fruitless, position, this.end);
      log.warn("{}{}", Explanation.of(end), onWhoseBehalf());
      fail(end);
    } else {
      tell(why);
      attemptNanos = now;
      attemptPosition = position;
      Errand errand = errands.get();
      underWay = errand; // from now on: demand does not open a second one
      transport.after(told.plus(waitBefore(fruitless)), () -> openAfterWait(errand));
    }
  }

  private synchronized void openAfterWait(Errand waited) {
    if (!isOver && underWay == waited) {
      open();
    }
  }

  private synchronized void countAttempt(long now) {
    long brought = position - attemptPosition;
    boolean inALongTime = brought > 0 && now - attemptNanos >= rule.patience().toNanos();
    fruitless = brought >= rule.enoughBytes() || inALongTime ? 0 : fruitless + 1;
  }

  /** At once at first; then longer and longer, each wait drawn from the upper half of its step. */
  private static Duration waitBefore(int attempt) {
    if (attempt <= 1) {
      return Duration.ZERO;
    }
    long step = FIRST_WAIT.toMillis() << Math.min(attempt - 2, 10);
    long longest = Math.min(step, LONGEST_WAIT.toMillis());
    return Duration.ofMillis(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
  }

  private static boolean isPassing(Kind kind) {
    return switch (kind) {
      case UNREACHABLE, FAILING, THROTTLED, TRUNCATED -> true;
      default -> false;
    };
  }

  private synchronized void tell(RegistryException why) {
    if (isToldOf) {
      log.debug("{}; once more at byte {}{}", Explanation.of(why), position, onWhoseBehalf());
    } else {
      isToldOf = true;
      log.info(
          "{}; going on at byte {} of {}{}", Explanation.of(why), position, size, onWhoseBehalf());
    }
  }

  /** The ids of the call, at the end of a line; empty for nobody's. */
  private String onWhoseBehalf() {
    return CallIds.inLine(errands.get().call());
  }

  private synchronized void fail(RegistryException why) {
    isOver = true;
    downstream().onError(why);
  }

  private void watchForIdleness() {
    transport.after(rule.idleTimeout().dividedBy(IDLE_CHECKS), this::checkIdleness);
  }

  private synchronized void checkIdleness() {
    if (isOver) {
      return;
    }
    boolean isIdle = System.nanoTime() - lastDemandNanos >= rule.idleTimeout().toNanos();
    if (outstanding == 0 && isIdle && current != null && position < end) {
      log.debug("{}: nobody wants more for now; letting go at byte {}", failures.what(), position);
      Attempt dropped = current;
      current = null;
      dropped.cancel();
    }
    watchForIdleness();
  }

  private synchronized void arrived(Attempt from, ByteBuf buffer) {
    if (from != current || isOver) {
      buffer.release();
      return;
    }
    outstanding--;
    lastByteNanos = System.nanoTime();
    lastDemandNanos = lastByteNanos;
    position += buffer.readableBytes();
    downstream().onNext(buffer);
  }

  private synchronized void failed(Attempt from, Throwable failure) {
    if (from == current && !isOver) {
      current = null;
      brokenOff(failures.of(failure));
    }
  }

  private synchronized void completed(Attempt from) {
    if (from == current && !isOver) {
      isOver = true;
      downstream().onComplete();
    }
  }

  private synchronized long outstanding() {
    return outstanding;
  }

  private synchronized Flow.Subscriber<? super ByteBuf> downstream() {
    return Objects.requireNonNull(downstream);
  }

  /** One connection's part. */
  private final class Attempt implements Flow.Subscriber<ByteBuf> {
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    void request(long n) {
      subscription.thenAccept(upstream -> upstream.request(n));
    }

    void cancel() {
      subscription.thenAccept(Flow.Subscription::cancel);
    }

    @Override
    public void onSubscribe(Flow.Subscription upstream) {
      long wanted = outstanding();
      if (wanted > 0) {
        upstream.request(wanted);
      }
      subscription.complete(upstream);
    }

    @Override
    public void onNext(ByteBuf buffer) {
      arrived(this, buffer);
    }

    @Override
    public void onError(Throwable failure) {
      failed(this, failure);
    }

    @Override
    public void onComplete() {
      completed(this);
    }
  }
}
