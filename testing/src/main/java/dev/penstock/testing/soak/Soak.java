package dev.penstock.testing.soak;

import dev.penstock.testing.image.Blob;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run: a warm-up, a rest in which the vitals are taken, the load under faults, and a rest in
 * which they are taken again. One thread runs it; any may stop it before its time.
 */
public final class Soak {
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration REST_BOUND = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 250;
  private static final long[] BLOB_BYTES = {
    10, 1_000, 100_000, 1_000_000, 5_000_000, 20_000_000, 64_000_000
  };

  private final SoakOptions options;
  private final Consumer<String> out;
  private final SoakCounts counts = new SoakCounts();
  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * @param out gets the tables, line by line
   */
  public Soak(SoakOptions options, Consumer<String> out) {
    this.options = options;
    this.out = out;
  }

  /** Ends the load; what follows still does, the final table included. */
  public void stop() {
    stop.countDown();
  }

  /**
   * Runs.
   *
   * @param directory for the tokens
   * @return whether nothing failed, leaked or climbed
   */
  public boolean run(Path directory) throws IOException, InterruptedException {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ByteBufUtil.setLeakListener((type, records) -> leaked(type));
    List<Blob> blobs = blobs();
    out.accept("soak with seed " + options.seed() + " for " + options.duration());
    try (Plant plant = new Plant(directory, blobs)) {
      phase(plant, blobs, shorter(WARM_UP, options.duration()));
      Vitals before = atRest(plant);
      phase(plant, blobs, options.duration());
      Vitals after = atRest(plant);
      return verdict(plant, before, after);
    } finally {
      ByteBufUtil.setLeakListener(null);
    }
  }

  /** When what pools keep for a while is gone, too. */
  private Vitals atRest(Plant plant) throws InterruptedException {
    long deadline = System.nanoTime() + REST_BOUND.toNanos();
    while (!plant.isAtRest() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    if (!plant.isAtRest()) {
      counts.failed("does not come to rest: " + plant.connections());
    }
    return Vitals.now();
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void leaked(String type) {
    counts.leaks.incrementAndGet();
    counts.failed("leak of a " + type);
  }

  private List<Blob> blobs() {
    List<Blob> blobs = new ArrayList<>();
    for (long size : BLOB_BYTES) {
      blobs.add(Blob.generated(options.seed() + blobs.size(), size));
    }
    return blobs;
  }

  /** Load under faults for that long, and then until every call has ended. */
  private void phase(Plant plant, List<Blob> blobs, Duration duration) throws InterruptedException {
    CountDownLatch enough = new CountDownLatch(1);
    CountDownLatch whole = new CountDownLatch(1);
    Load load = new Load(plant, blobs, counts);
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<?>> tasks = new ArrayList<>();
    for (int i = 0; i < options.transfers(); i++) {
      long seed = options.seed() + 1_000 + i;
      tasks.add(threads.submit(() -> load.transfer(seed, enough)));
    }
    tasks.add(threads.submit(task(() -> load.smallCalls(enough))));
    Future<?> breaking =
        threads.submit(task(() -> new Breaker(plant, options.seed(), counts).run(whole)));
    reportFor(plant, duration);
    whole.countDown();
    await(breaking);
    enough.countDown();
    for (Future<?> task : tasks) {
      await(task);
    }
    threads.shutdownNow();
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private static Callable<@Nullable Void> task(Task task) {
    return () -> {
      task.run();
      return null;
    };
  }

  private void await(Future<?> task) throws InterruptedException {
    try {
      task.get(REST_BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      counts.failed("the soak itself: " + e.getCause());
    } catch (TimeoutException e) {
      counts.failed("a call did not end within " + REST_BOUND + " of a healthy line");
    }
  }

  private void reportFor(Plant plant, Duration duration) throws InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    long left = duration.toNanos();
    while (left > 0
        && !stop.await(Math.min(left, options.reportEvery().toNanos()), TimeUnit.NANOSECONDS)) {
      out.accept(new SoakReport(plant, counts).line());
      left = end - System.nanoTime();
    }
  }

  private boolean verdict(Plant plant, Vitals before, Vitals after) {
    if (!after.hasNotClimbedSince(before)) {
      counts.failed(
          "climbed from " + before + " to " + after + "; threads: " + Vitals.threadNames());
    }
    new SoakReport(plant, counts).table(options.seed(), before, after).forEach(out);
    return counts.failures.get() == 0;
  }
}
