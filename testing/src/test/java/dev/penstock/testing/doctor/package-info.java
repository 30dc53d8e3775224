/**
 * The doctor on paths that are broken in known ways, and on healthy ones: real nginx, HAProxy,
 * Apache httpd and squid, and hops that play what these cannot.
 *
 * <p>Threads: paths are examined some at a time, each by a thread of its own; they share nothing
 * but the server and the registry at their end.
 */
@NullMarked
package dev.penstock.testing.doctor;

import org.jspecify.annotations.NullMarked;
