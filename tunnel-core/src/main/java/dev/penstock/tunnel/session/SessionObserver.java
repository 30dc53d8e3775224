package dev.penstock.tunnel.session;

/**
 * Learns how a {@link Session} fares, beside the {@link SessionListener} that gets its bytes. On
 * its event loop; must not block.
 */
public interface SessionObserver {
  /** The carrier is gone, and the session waits for the next. */
  void onSuspended(SessionClosed why);

  /** There is a carrier again. */
  void onResumed();

  /** The peer asks for no more new work; once. */
  void onDrain(String reason);

  /** The session is over; called once, before the listener hears of it, and nothing after it. */
  default void onOver(SessionClosed why) {}
}
