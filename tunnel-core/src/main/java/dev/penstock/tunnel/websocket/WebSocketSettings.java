package dev.penstock.tunnel.websocket;

import java.time.Duration;

/**
 * How one {@link WebSocket} behaves.
 *
 * @param accepting true on the side that accepted the connection, which receives masked frames
 * @param maxMessageBytes the largest binary message taken, over all its fragments
 * @param maxTextBytes the largest text message taken, over all its fragments
 * @param heartbeat the time between pings
 * @param quiet true: no pings are sent and silence ends nothing. A peer that takes nothing of what
 *     is to be sent is given up as ever
 */
public record WebSocketSettings(
    boolean accepting, int maxMessageBytes, int maxTextBytes, Duration heartbeat, boolean quiet) {
  /** Enough for text messages that carry one control verb each. */
  private static final int CONTROL_TEXT_BYTES = 4096;

  /** Pings, and takes text of at most 4 KiB. */
  public WebSocketSettings(boolean accepting, int maxMessageBytes, Duration heartbeat) {
    this(accepting, maxMessageBytes, CONTROL_TEXT_BYTES, heartbeat, false);
  }

  /** The same, but without pings, and for text of up to {@code textBytes}. */
  public WebSocketSettings quiet(int textBytes) {
    return new WebSocketSettings(accepting, maxMessageBytes, textBytes, heartbeat, true);
  }
}
