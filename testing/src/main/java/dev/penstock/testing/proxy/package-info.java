/**
 * A TCP proxy that misbehaves on request: cuts, stalls, delays, limits, drops, truncates, refuses.
 *
 * <p>Threads: each direction of each connection has one that reads and one that writes, which keeps
 * bytes in order and memory bounded whatever the fault; faults may be set from any thread, and act
 * on the connections that are there and on those to come.
 */
@NullMarked
package dev.penstock.testing.proxy;

import org.jspecify.annotations.NullMarked;
