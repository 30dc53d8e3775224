package dev.penstock.tunnel;

import dev.penstock.tunnel.session.SessionClosed;

/**
 * Learns how a tunnel fares, at either end, between its beginning and its end. Called on the
 * tunnel's event loop; must not block.
 */
public interface TunnelListener {
  /**
   * The tunnel has lost its connection and waits for the next one, which the dialling end dials at
   * once. Calls go on: what they send is kept, and they notice nothing but a pause.
   */
  default void onSuspended(Tunnel tunnel, SessionClosed why) {}

  /** The tunnel has a connection again, with nothing lost. */
  default void onResumed(Tunnel tunnel) {}

  /**
   * The other end asks for no more new calls in this tunnel; those in progress go on. A dialer
   * attaches another tunnel by itself, and this one serves its calls to their end.
   */
  default void onDraining(Tunnel tunnel, String reason) {}
}
