package dev.penstock.client.registry.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections there are, and which of them are idle. The one that was used last is used next,
 * so that those of a busy hour age and go.
 *
 * <p>Threads: any.
 */
final class ConnectionPool {
  /**
   * How long an idle connection is kept for the next request: shorter than what registries and the
   * proxies before them allow.
   */
  static final Duration KEEP_ALIVE = Duration.ofSeconds(30);

  private static final int MAX_IDLE_OF_ORIGIN = 64;

  private record Idle(HttpConnection connection, long sinceNanos) {}

  @GuardedBy("this")
  private final Map<Origin, Deque<Idle>> idle = new HashMap<>();

  @GuardedBy("this")
  private final Set<HttpConnection> all = new HashSet<>();

  @GuardedBy("this")
  private boolean isClosed;

  /** A new connection; false: too late, it is to be closed. */
  synchronized boolean add(HttpConnection connection) {
    return !isClosed && all.add(connection);
  }

  synchronized void remove(Origin origin, HttpConnection connection) {
    all.remove(connection);
    Deque<Idle> ofOrigin = idle.get(origin);
    if (ofOrigin != null) {
      ofOrigin.removeIf(entry -> entry.connection() == connection);
      if (ofOrigin.isEmpty()) {
        idle.remove(origin);
      }
    }
  }

  /** The idle one that was used last; it is idle no more. */
  synchronized @Nullable HttpConnection take(Origin origin) {
    Deque<Idle> ofOrigin = idle.get(origin);
    while (ofOrigin != null && !ofOrigin.isEmpty()) {
      HttpConnection connection = ofOrigin.pop().connection();
      if (connection.isOpen()) {
        return connection;
      }
    }
    return null;
  }

  /** Keeps it for the next; false: there are enough, it is to be closed. */
  synchronized boolean keep(Origin origin, HttpConnection connection) {
    Deque<Idle> ofOrigin = idle.computeIfAbsent(origin, any -> new ArrayDeque<>());
    if (isClosed || ofOrigin.size() >= MAX_IDLE_OF_ORIGIN) {
      return false;
    }
    ofOrigin.push(new Idle(connection, System.nanoTime()));
    return true;
  }

  /** Takes out those that nobody has used for long; they are to be closed. */
  synchronized List<HttpConnection> takeOld() {
    long now = System.nanoTime();
    List<HttpConnection> old = new ArrayList<>();
    for (Deque<Idle> ofOrigin : idle.values()) {
      Iterator<Idle> oldest = ofOrigin.descendingIterator();
      while (oldest.hasNext()) {
        Idle entry = oldest.next();
        if (now - entry.sinceNanos() < KEEP_ALIVE.toNanos()) {
          break;
        }
        oldest.remove();
        old.add(entry.connection());
      }
    }
    return old;
  }

  /** No more are added; those that there are are to be closed. */
  synchronized List<HttpConnection> close() {
    isClosed = true;
    idle.clear();
    return List.copyOf(all);
  }
}
