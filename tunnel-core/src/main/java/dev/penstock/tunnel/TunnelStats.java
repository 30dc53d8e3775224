package dev.penstock.tunnel;

/**
 * What has gone through a tunnel, in bytes of the session.
 *
 * @param unacknowledgedBytes sent and not yet acknowledged; never above {@code replayWindowBytes}
 * @param replayBytes kept in memory to be sent again; never above {@code replayWindowBytes}
 * @param resumes how often the tunnel went on over another connection
 */
public record TunnelStats(
    long sentBytes,
    long receivedBytes,
    long unacknowledgedBytes,
    long replayBytes,
    long resumes,
    int replayWindowBytes) {}
