/**
 * What stands between a client and a server, to be put in front of one: an HTTP/1.1 reverse proxy
 * that behaves as a certain product does, or fails in one certain way; several in a row make a
 * path.
 *
 * <p>A {@link dev.penstock.testing.hops.Hop} is what one of them does; the proxying is the same for
 * all of them: one exchange on each connection, heads rewritten, bodies and, once the server has
 * switched protocols, bytes passed on as fast as the next one takes them. Of the products only what
 * matters to an upgrade is imitated.
 *
 * <p>Threads: a hop's rules run on the event loop of the connection and keep nothing between calls;
 * chains are opened and closed from any thread.
 */
@NullMarked
package dev.penstock.testing.hops;

import org.jspecify.annotations.NullMarked;
