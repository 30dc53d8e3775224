package dev.penstock.server.route;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The calls that wait for a client, in the order in which they came; a bounded number. Any thread.
 */
final class WaitingRoom {
  private final RouteOptions options;

  @GuardedBy("this")
  private final Map<String, Set<Search>> waiting = new HashMap<>();

  @GuardedBy("this")
  private int count;

  @GuardedBy("this")
  private int highest;

  WaitingRoom(RouteOptions options) {
    this.options = options;
  }

  /**
   * Lets a call in; false when there is no room, or when those of its tunnel id have had their
   * share of it: the callers of one customer who is not there shall not be everybody's trouble.
   */
  synchronized boolean enter(Search search) {
    int ofTunnel = waiting.getOrDefault(search.tunnel(), Set.of()).size();
    boolean isFull = count >= options.maxWaitingCalls() || ofTunnel >= options.mostWaitingForOne();
    if (isFull && !search.isAgain()) {
      return false;
    }
    if (waiting.computeIfAbsent(search.tunnel(), id -> new LinkedHashSet<>()).add(search)) {
      count++;
      highest = Math.max(highest, count);
    }
    return true;
  }

  /** Lets it out; a second time does nothing. */
  synchronized void leave(Search search) {
    Set<Search> ofTunnel = waiting.get(search.tunnel());
    if (ofTunnel != null && ofTunnel.remove(search)) {
      count--;
      if (ofTunnel.isEmpty()) {
        waiting.remove(search.tunnel());
      }
    }
  }

  /** Has all that wait for this tunnel look again. */
  void arrived(String tunnel) {
    waitingFor(tunnel).forEach(Search::lookAgain);
  }

  private synchronized List<Search> waitingFor(String tunnel) {
    return List.copyOf(waiting.getOrDefault(tunnel, Set.of()));
  }

  synchronized int count() {
    return count;
  }

  synchronized int highest() {
    return highest;
  }
}
