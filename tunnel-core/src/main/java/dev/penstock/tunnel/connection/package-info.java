/**
 * TCP connections: how sockets are tuned, and how one is opened to a destination: by each of its
 * addresses in turn, through an HTTP or SOCKS proxy if there is one, and under TLS. What goes wrong
 * on the way is told with the step at which it did, and what to do.
 *
 * <p>Threads: opening never blocks, name resolution included; all news come on the event loop of
 * the connection.
 */
@NullMarked
package dev.penstock.tunnel.connection;

import org.jspecify.annotations.NullMarked;
