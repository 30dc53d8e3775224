/**
 * The far end of a path to be tried: a server that says what arrived, to programs as JSON and to a
 * person as a page, and sends back what comes over a WebSocket.
 *
 * <p>It accepts with Netty's own WebSocket handlers, and shares nothing with what Penstock accepts
 * with but the rules of what may be shown: no value that could be a secret.
 *
 * <p>Threads: started and closed by any; each connection belongs to its event loop.
 */
@NullMarked
package dev.penstock.testing.endpoint;

import org.jspecify.annotations.NullMarked;
