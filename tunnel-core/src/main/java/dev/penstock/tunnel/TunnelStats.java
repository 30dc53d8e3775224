package dev.penstock.tunnel;

/**
 * What has gone through a tunnel, in bytes of the session.
 *
 * @param unacknowledgedBytes sent and not yet acknowledged; never above {@code replayWindowBytes}
 */
public record TunnelStats(
    long sentBytes, long receivedBytes, long unacknowledgedBytes, int replayWindowBytes) {}
