package dev.penstock.tunnel;

import dev.penstock.tunnel.session.DialFailure;
import dev.penstock.tunnel.session.SessionClosed;
import java.time.Duration;

/** Learns of changes at the dialling end. Must not block. */
public interface DialerListener extends TunnelListener {
  /** Does nothing. */
  DialerListener NONE = new DialerListener() {};

  /** The tunnel is up; on its event loop. */
  default void onAttached(Tunnel tunnel) {}

  /** The tunnel is over; the next attempt comes in {@code retryIn}. */
  default void onDetached(Tunnel tunnel, SessionClosed why, Duration retryIn) {}

  /** An attempt failed; the next comes in {@link DialFailure#retryIn}. */
  default void onDialFailed(DialFailure failure) {}
}
