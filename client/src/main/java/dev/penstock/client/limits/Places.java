package dev.penstock.client.limits;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Places for answers that are held in memory whole, so many for each registry; whoever comes when
 * all are taken stands in line. One registry that is slow keeps nobody waiting who asks another.
 *
 * <p>A line is as long as there are calls that wait, which the streams of the tunnels bound.
 *
 * <p>Any thread may call any method. A place is given outside the lock, by the thread that frees
 * it.
 */
public final class Places {
  private final int ofEachRegistry;

  /** By name; as many as there are registries in the configuration. */
  @GuardedBy("this")
  private final Map<String, Line> lines = new HashMap<>();

  /** None is taken yet. */
  public Places(int ofEachRegistry) {
    this.ofEachRegistry = ofEachRegistry;
  }

  /**
   * Asks for a place.
   *
   * @return completes when there is one, which its taker closes; to cancel it before is to leave
   *     the line
   */
  public CompletableFuture<Place> take(String registry) {
    CompletableFuture<Place> place = new CompletableFuture<>();
    if (isFree(registry, place)) {
      place.complete(new Place(this, registry));
    } else {
      place.whenComplete(
          (given, failure) -> {
            if (failure != null) {
              leave(registry, place);
            }
          });
    }
    return place;
  }

  /** If so it is taken, else there is one more in the line. */
  private synchronized boolean isFree(String registry, CompletableFuture<Place> wanted) {
    Line line = lines.computeIfAbsent(registry, any -> new Line());
    if (line.taken < ofEachRegistry) {
      line.taken++;
      return true;
    }
    line.waiting.add(wanted);
    return false;
  }

  @SuppressWarnings("CollectionUndefinedEquality") // The very one is meant.
  private synchronized void leave(String registry, CompletableFuture<Place> wanted) {
    line(registry).waiting.remove(wanted);
  }

  void release(String registry) {
    CompletableFuture<Place> next = next(registry);
    while (next != null && !next.complete(new Place(this, registry))) {
      next = next(registry); // the one before is leaving
    }
  }

  /** Who has the place from now on; null: nobody wants it. */
  private synchronized @Nullable CompletableFuture<Place> next(String registry) {
    Line line = line(registry);
    Iterator<CompletableFuture<Place>> waiting = line.waiting.iterator();
    if (!waiting.hasNext()) {
      line.taken--;
      return null;
    }
    CompletableFuture<Place> first = waiting.next();
    waiting.remove();
    return first;
  }

  /** Places taken now. */
  public synchronized int taken(String registry) {
    return line(registry).taken;
  }

  /** How many stand in line now. */
  public synchronized int waiting(String registry) {
    return line(registry).waiting.size();
  }

  @GuardedBy("this")
  private Line line(String registry) {
    return lines.getOrDefault(registry, new Line());
  }

  /** Guarded by the lock of the places. */
  private static final class Line {
    /** Whoever leaves is found at once. */
    final Set<CompletableFuture<Place>> waiting = new LinkedHashSet<>();

    int taken;
  }
}
