/**
 * Real programs that Penstock is tried against, run as child processes: a registry, a pusher of
 * images, web servers and load balancers, a forward proxy; and the certificates that they are
 * given.
 *
 * <p>They are Debian's packages and may be missing; {@link dev.penstock.testing.peers.PeerBinary}
 * tells. Processes are ended by their own handle and leave nothing behind but their output file.
 *
 * <p>Threads: a peer is started and closed by one thread; one daemon thread copies its output.
 */
@NullMarked
package dev.penstock.testing.peers;

import org.jspecify.annotations.NullMarked;
