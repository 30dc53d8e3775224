package dev.penstock.tunnel.websocket;

import java.time.Duration;

/**
 * How one {@link WebSocket} behaves.
 *
 * @param accepting true on the side that accepted the connection, which receives masked frames
 * @param maxMessageBytes the largest binary message taken, over all its fragments
 * @param heartbeat the time between pings
 */
public record WebSocketSettings(boolean accepting, int maxMessageBytes, Duration heartbeat) {}
