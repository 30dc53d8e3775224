package dev.penstock.tunnel;

import dev.penstock.tunnel.session.DialFailure;
import dev.penstock.tunnel.session.SessionClosed;
import java.time.Duration;

/** Learns of changes at the dialling end. Must not block. */
public interface DialerListener {
  /** Does nothing. */
  DialerListener NONE = new DialerListener() {};

  /** The tunnel is up; on its event loop. */
  default void onAttached(Tunnel tunnel) {}

  /**
   * The tunnel has lost its connection; it is dialled again at once. Calls go on. On the tunnel's
   * event loop.
   */
  default void onSuspended(Tunnel tunnel, SessionClosed why) {}

  /** The tunnel has a connection again, with nothing lost; on its event loop. */
  default void onResumed(Tunnel tunnel) {}

  /**
   * The server asks to move: another tunnel is being dialled, and this one serves its calls to
   * their end. On the tunnel's event loop.
   */
  default void onDraining(Tunnel tunnel, String reason) {}

  /** The tunnel is over; the next attempt comes in {@code retryIn}. */
  default void onDetached(Tunnel tunnel, SessionClosed why, Duration retryIn) {}

  /** An attempt failed; the next comes in {@link DialFailure#retryIn}. */
  default void onDialFailed(DialFailure failure) {}
}
