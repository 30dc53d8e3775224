/**
 * What an operator of either end can look at: a small HTTP listener, metrics in Prometheus's text
 * format, and where the time of transfers goes. It knows tunnels and gRPC calls, and nothing of
 * what they carry.
 *
 * <p>Threads: counting may be done on any thread and costs no lock; pages are made on the
 * listener's own thread, so that an operator is answered while all others are busy.
 */
@NullMarked
package dev.penstock.tunnel.ops;

import org.jspecify.annotations.NullMarked;
