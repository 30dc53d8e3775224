/**
 * Netty channels whose bytes are a session's, so that gRPC's own Netty transport runs on them
 * unmodified.
 *
 * <p>{@code TunnelChannel} is the connection, {@code TunnelServerChannel} the listener that dials
 * instead of listening; {@code TunnelLoops} keeps a channel on the event loop of its carrier, so
 * that no byte changes threads.
 *
 * <p>Threads: as Netty has it, everything of a channel is on its event loop.
 */
@NullMarked
package dev.penstock.tunnel.channel;

import org.jspecify.annotations.NullMarked;
