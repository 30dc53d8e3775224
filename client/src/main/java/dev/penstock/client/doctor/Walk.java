package dev.penstock.client.doctor;

import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Layer;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Time;
import dev.penstock.client.doctor.visit.Visit;
import dev.penstock.client.doctor.visit.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has layers examined one after the other, each on a thread of its own that is given up when it
 * does not come to an end: whatever a layer does, the walk goes on in bounded time.
 *
 * <p>One thread walks; any may {@link #stop}.
 */
final class Walk {
  private static final Logger log = LoggerFactory.getLogger(Walk.class);

  /** What a layer may take beyond its bound; it should have ended by itself. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Visit visit;
  private final Waiting whole;

  /** The thread that examines, while there is one. */
  private volatile @Nullable Thread examining;

  private volatile boolean isStopped;

  /**
   * Begins.
   *
   * @param bound of all layers together
   */
  Walk(Visit visit, Duration bound) {
    this.visit = visit;
    this.whole = Waiting.of(bound);
  }

  /** Ends the layer that is examined, and skips the rest. */
  void stop() {
    isStopped = true;
    Thread thread = examining;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** A layer of the path: skipped above one that failed. */
  List<Line> onPath(Layer layer, Duration bound) throws InterruptedException {
    Optional<String> below = visit.blockedBy();
    return below.isEmpty()
        ? beside(layer, bound)
        : List.of(Line.skip(layer.name(), "", "because '%s' failed".formatted(below.get())));
  }

  /** A layer that needs none below it. */
  List<Line> beside(Layer layer, Duration bound) throws InterruptedException {
    if (isStopped) {
      return List.of(Line.skip(layer.name(), "", "told to end before"));
    }
    if (whole.isOver()) {
      return List.of(Line.skip(layer.name(), "", "the time was up before"));
    }
    return examine(layer, whole.atMost(bound.plus(GRACE)));
  }

  private List<Line> examine(Layer layer, Duration limit) throws InterruptedException {
    Time watch = Time.start();
    FutureTask<List<Line>> task = new FutureTask<>(() -> layer.examine(visit));
    Thread thread = new Thread(task, "penstock-doctor-" + layer.name().replace(' ', '-'));
    thread.setDaemon(true);
    examining = thread;
    thread.start();
    if (isStopped) {
      thread.interrupt();
    }
    try {
      return await(task, layer, thread, limit, watch);
    } finally {
      examining = null;
    }
  }

  private List<Line> await(
      FutureTask<List<Line>> task, Layer layer, Thread thread, Duration limit, Time watch)
      throws InterruptedException {
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      visit.block(layer.name());
      return List.of(
          Line.fail(
              layer.name(),
              "",
              watch.elapsed(),
              "no end within " + Amounts.time(limit),
              "something on the way takes what is sent and keeps silent"));
    } catch (ExecutionException e) {
      return List.of(broken(layer, watch, Objects.requireNonNull(e.getCause())));
    }
  }

  private Line broken(Layer layer, Time watch, Throwable cause) {
    visit.block(layer.name());
    if (cause instanceof InterruptedException) {
      return Line.skip(layer.name(), "", "told to end before it was done");
    }
    log.error("layer '{}' could not be examined", layer.name(), cause);
    return Line.fail(
        layer.name(),
        "",
        watch.elapsed(),
        "a defect of the doctor: " + cause,
        "please report it, with what stands on stderr");
  }
}
