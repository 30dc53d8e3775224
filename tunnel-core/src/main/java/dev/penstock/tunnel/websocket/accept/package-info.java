/**
 * The accepting way in: a listener, Netty's HTTP codec, and our own answer to the upgrade (RFC 6455
 * §4.2).
 *
 * <p>Threads: each connection belongs to its event loop; {@code WebSocketServer} itself may be used
 * from any thread.
 */
@NullMarked
package dev.penstock.tunnel.websocket.accept;

import org.jspecify.annotations.NullMarked;
