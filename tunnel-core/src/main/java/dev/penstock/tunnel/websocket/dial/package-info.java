/**
 * The dialling way in: TCP, an HTTP proxy and TLS by Netty handlers, the handshake by Tyrus.
 *
 * <p>Tyrus builds the upgrade request and judges the response ({@code ClientEngine}); our container
 * only carries both over a Netty channel. Once the response is accepted the connection is a {@code
 * WebSocket} like an accepted one and Tyrus has no more part in it.
 *
 * <p>Threads: dialling blocks the thread that asks; everything else is on the event loop of the
 * connection.
 */
@NullMarked
package dev.penstock.tunnel.websocket.dial;

import org.jspecify.annotations.NullMarked;
