/**
 * Penstock as a whole: a real registry, a client, a server and a caller with generated stubs, over
 * loopback sockets.
 *
 * <p>Threads: a test drives everything from its own thread; what other threads report arrives
 * through futures with a bound.
 */
@NullMarked
package dev.penstock.testing.e2e;

import org.jspecify.annotations.NullMarked;
