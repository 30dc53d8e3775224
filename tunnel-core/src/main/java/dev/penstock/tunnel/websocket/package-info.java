/**
 * RFC 6455 on a Netty channel: frames, masking, control frames, heartbeat.
 *
 * <p>Knows nothing of what the messages mean. The two ways in are the sub-packages {@code accept}
 * and {@code dial}; both end in one {@link dev.penstock.tunnel.websocket.WebSocket}, which behaves
 * alike on either side but for masking.
 *
 * <p>Threads: every type here belongs to the event loop of its Netty channel.
 */
@NullMarked
package dev.penstock.tunnel.websocket;

import org.jspecify.annotations.NullMarked;
