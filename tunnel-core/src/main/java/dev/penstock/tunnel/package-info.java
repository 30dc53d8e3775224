/**
 * gRPC over WebSocket, in reverse: the side that dials serves, the side that accepts calls.
 *
 * <p>{@code TunnelDialer} with {@code TunnelServerBuilder} on one side, {@code TunnelAcceptor} with
 * {@code TunnelChannelBuilder} on the other; both builders are gRPC's own types. The layers below,
 * each of which knows only the next: {@code channel} (Netty channels), {@code session} (the byte
 * stream), {@code websocket} (RFC 6455).
 *
 * <p>Threads: everything here may be used from any thread; listeners are called on event loops and
 * must not block, except where they say otherwise.
 */
@NullMarked
package dev.penstock.tunnel;

import org.jspecify.annotations.NullMarked;
