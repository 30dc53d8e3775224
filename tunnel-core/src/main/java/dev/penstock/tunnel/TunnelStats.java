package dev.penstock.tunnel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What has gone through a tunnel, in bytes of the session.
 *
 * @param unacknowledgedBytes sent and not yet acknowledged; never above {@code replayWindowBytes}
 * @param replayBytes kept in memory to be sent again; never above {@code replayWindowBytes}
 * @param resumes how often the tunnel went on over another connection
 * @param ping round trip of the last answered ping over the present connection, what waited before
 *     it on the line included; null before the first
 */
public record TunnelStats(
    long sentBytes,
    long receivedBytes,
    long unacknowledgedBytes,
    long replayBytes,
    long resumes,
    int replayWindowBytes,
    @Nullable Duration ping) {}
