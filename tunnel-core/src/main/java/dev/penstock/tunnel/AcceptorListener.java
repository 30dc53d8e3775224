package dev.penstock.tunnel;

import dev.penstock.tunnel.session.SessionClosed;

/** Learns of tunnels at the accepting end. Called on event loops; must not block. */
public interface AcceptorListener {
  /**
   * A client has attached. Make its channel here, with {@link TunnelChannelBuilder}: until then the
   * tunnel does not read.
   */
  void onAttached(Tunnel tunnel);

  /**
   * The tunnel has lost its connection and waits for the next one. Calls go on: what they send is
   * kept, and they notice nothing but a pause.
   */
  default void onSuspended(Tunnel tunnel, SessionClosed why) {}

  /** The tunnel has a connection again. */
  default void onResumed(Tunnel tunnel) {}

  /** The client asks for no more new calls; those in progress go on. */
  default void onDraining(Tunnel tunnel, String reason) {}

  /**
   * The tunnel is over; exactly once, after {@link #onAttached}, and before the calls in it fail.
   */
  default void onDetached(Tunnel tunnel, SessionClosed why) {}
}
