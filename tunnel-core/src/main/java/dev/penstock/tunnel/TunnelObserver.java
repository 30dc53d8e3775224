package dev.penstock.tunnel;

import dev.penstock.tunnel.session.SessionClosed;
import dev.penstock.tunnel.session.SessionObserver;

/** Tells a listener of tunnels how a session fares. */
class TunnelObserver implements SessionObserver {
  private final Tunnel tunnel;
  private final TunnelListener listener;

  TunnelObserver(Tunnel tunnel, TunnelListener listener) {
    this.tunnel = tunnel;
    this.listener = listener;
  }

  @Override
  public void onSuspended(SessionClosed why) {
    listener.onSuspended(tunnel, why);
  }

  @Override
  public void onResumed() {
    listener.onResumed(tunnel);
  }

  @Override
  public void onDrain(String reason) {
    listener.onDraining(tunnel, reason);
  }
}
