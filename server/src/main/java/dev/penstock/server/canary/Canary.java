package dev.penstock.server.canary;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.server.access.RequestId;
import dev.penstock.server.directory.AttachedClient;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an echo through each attached tunnel, over and over, and tells the log when what comes of
 * it changes.
 *
 * <p>The first one goes at a random moment of the period, each next one between three quarters and
 * the whole of a period after the last one has ended: what attached together does not stay
 * together. A bounded number is under way at once; those that come due meanwhile wait in line.
 *
 * <p>It asks for registries' last known state only: a request in the customer's network is for
 * those who read there, or ask for it.
 *
 * <p>Threads: any. Tunnels come and go on event loops; echoes begin on the clock's thread and end
 * on the tunnels' event loops. Nothing is done under the lock but to keep count.
 */
public final class Canary implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Canary.class);

  static final int MOST_AT_ONCE = 16;
  private static final int PAYLOAD_BYTES = 16 * 1024;
  static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final double LEAST_PART_OF_PERIOD = 0.75;

  private final Duration every;
  private final CanaryTotals totals;
  private final Clock clock;
  private final Way way;
  private final DoubleSupplier random;
  private final EchoRequest request;

  @GuardedBy("this")
  private final Map<AttachedClient, Watch> watches = new HashMap<>();

  @GuardedBy("this")
  private final Queue<Watch> line = new ArrayDeque<>();

  @GuardedBy("this")
  private int underWay;

  @GuardedBy("this")
  private boolean isClosed;

  /** What runs a task later. */
  interface Clock extends AutoCloseable {
    Future<?> after(Duration wait, Runnable task);

    @Override
    void close();
  }

  /** What brings an echo to a client and back. */
  interface Way {
    CompletableFuture<EchoResponse> ask(AttachedClient client, EchoRequest request);
  }

  /** A tunnel that is attached; for holders of the lock. */
  private static final class Watch {
    private final AttachedClient client;
    private @Nullable Future<?> alarm;
    private @Nullable Finding last;

    Watch(AttachedClient client) {
      this.client = client;
    }
  }

  Canary(Duration every, CanaryTotals totals, Clock clock, Way way, DoubleSupplier random) {
    this.every = every;
    this.totals = totals;
    this.clock = clock;
    this.way = way;
    this.random = random;
    byte[] payload = new byte[PAYLOAD_BYTES];
    new Random().nextBytes(payload); // would be noticed by a hop that compresses or matches
    request = EchoRequest.newBuilder().setPayload(ByteString.copyFrom(payload)).build();
  }

  /**
   * A canary with a clock of its own.
   *
   * @param every the longest from the end of one echo through a tunnel to the next
   */
  public static Canary start(Duration every, CanaryTotals totals) {
    return new Canary(every, totals, new OwnClock(), Canary::ask, new Random()::nextDouble);
  }

  /** A tunnel has come. */
  public void attached(AttachedClient client) {
    synchronized (this) {
      if (!isClosed) {
        Watch watch = new Watch(client);
        watches.put(client, watch);
        schedule(watch, random.getAsDouble());
      }
    }
  }

  /** It has gone, and whatever was planned for it. */
  public void detached(AttachedClient client) {
    synchronized (this) {
      Watch watch = watches.remove(client);
      if (watch == null) {
        return;
      }
      line.remove(watch);
      if (watch.alarm != null) {
        watch.alarm.cancel(false);
      }
    }
    totals.forget(client);
  }

  /** How many tunnels have an echo planned or under way. */
  synchronized int watched() {
    return watches.size();
  }

  @GuardedBy("this")
  private void schedule(Watch watch, double partOfPeriod) {
    Duration wait = Duration.ofNanos((long) (every.toNanos() * partOfPeriod));
    watch.alarm = clock.after(wait, () -> due(watch));
  }

  private void due(Watch watch) {
    synchronized (this) {
      if (isClosed || watches.get(watch.client) != watch || watch.client.isDraining()) {
        return; // one that drains takes no more calls, and leaves
      }
      if (underWay >= MOST_AT_ONCE) {
        line.add(watch);
        return;
      }
      underWay++;
    }
    begin(watch);
  }

  private void begin(Watch watch) {
    AttachedClient client = watch.client;
    if (!client.tryBeginCall()) {
      end(watch, Finding.busy());
      return;
    }
    long began = System.nanoTime();
    ask(client)
        .whenComplete(
            (answer, failure) -> {
              long tookNanos = System.nanoTime() - began;
              client.endCall();
              end(
                  watch,
                  failure == null
                      ? Finding.of(request, answer, tookNanos, every.multipliedBy(2))
                      : Finding.of(Status.fromThrowable(failure), client));
            });
  }

  /** A defect ends this one echo, and not all that would come after it. */
  private CompletableFuture<EchoResponse> ask(AttachedClient client) {
    try {
      return way.ask(client, request.toBuilder().setTunnel(client.tunnel()).build());
    } catch (RuntimeException e) {
      log.error("cannot try {}; the others go on", client, e);
      return CompletableFuture.failedFuture(e);
    }
  }

  private void end(Watch watch, Finding finding) {
    boolean isNews;
    Finding before;
    synchronized (this) {
      underWay--;
      Watch next = line.poll();
      if (next != null) {
        schedule(next, 0);
      }
      if (isClosed || watches.get(watch.client) != watch) {
        return; // what ended with its tunnel says nothing
      }
      totals.add(watch.client, finding);
      before = watch.last;
      isNews = finding.isNewsAfter(before);
      watch.last = isNews ? finding : before;
      schedule(watch, LEAST_PART_OF_PERIOD + (1 - LEAST_PART_OF_PERIOD) * random.getAsDouble());
    }
    if (isNews) {
      tell(watch.client, finding, before);
    }
  }

  private static void tell(AttachedClient client, Finding finding, @Nullable Finding before) {
    Outcome outcome = finding.outcome();
    if (outcome.isFailure()) {
      log.warn("canary of {} failed at hop {}: {}", client, outcome.hop(), finding.words());
    } else if (outcome == Outcome.UNSUPPORTED) {
      log.info("no canary of {}: {}", client, finding.words());
    } else if (before != null) {
      boolean wasWhole = before.outcome() == Outcome.REGISTRY;
      log.info(
          "canary of {} {}",
          client,
          wasWhole ? "hears of no registry in trouble lately" : "comes back again");
    }
  }

  private static CompletableFuture<EchoResponse> ask(AttachedClient client, EchoRequest request) {
    Metadata headers = new Metadata();
    RequestId.fresh().putInto(headers);
    return ClientEcho.ask(
        client,
        request,
        headers,
        CallOptions.DEFAULT.withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Plans nothing more; what is under way says nothing any more. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
      watches.clear();
      line.clear();
    }
    clock.close();
  }
}
