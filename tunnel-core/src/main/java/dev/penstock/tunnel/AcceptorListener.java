package dev.penstock.tunnel;

import dev.penstock.tunnel.session.SessionClosed;

/** Learns of tunnels at the accepting end. Called on event loops; must not block. */
public interface AcceptorListener extends TunnelListener {
  /**
   * A client has attached. Make its channel here, with {@link TunnelChannelBuilder}: until then the
   * tunnel does not read.
   */
  void onAttached(Tunnel tunnel);

  /**
   * The tunnel is over; exactly once, after {@link #onAttached}, and before the calls in it fail.
   */
  default void onDetached(Tunnel tunnel, SessionClosed why) {}
}
