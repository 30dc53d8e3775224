package dev.penstock.tunnel.probe;

import java.time.Duration;

/**
 * How a line ended.
 *
 * @param code of the close frame; 1006 when there was none: some hop, or the server, hung up
 * @param reason for people; printable
 * @param afterOpen from the 101 to the end
 * @param byUs whether this side began to close, or gave the line up
 */
public record ProbeEnd(int code, String reason, Duration afterOpen, boolean byUs) {}
