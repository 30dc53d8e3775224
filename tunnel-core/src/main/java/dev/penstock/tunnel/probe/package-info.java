/**
 * The probe: a WebSocket to the place where tunnels are dialled, on which nothing is served and
 * nothing changes, to find out what the path does to one.
 *
 * <p>{@code ProbeLine} dials, {@code ProbeAcceptor} accepts; {@code proto/README.md} has what they
 * say to each other. It stands on the session's package for who is let in and which limits a tunnel
 * would get, and nothing of a session knows of it.
 *
 * <p>Threads: what is said on a line belongs to the event loop of its connection; the public types
 * may be used from any thread.
 */
@NullMarked
package dev.penstock.tunnel.probe;

import org.jspecify.annotations.NullMarked;
