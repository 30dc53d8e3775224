/**
 * Which client takes a call: one that is there, or the next one to come, for a bounded time.
 *
 * <p>Threads: any. Whoever waits is told on the event loop of the tunnel that came, or on the
 * server's clock.
 */
@NullMarked
package dev.penstock.server.route;

import org.jspecify.annotations.NullMarked;
