/**
 * The session: an ordered, reliable, flow-controlled byte stream over one carrier after another.
 *
 * <p>Wire protocol version 1 lives here: paths, headers, control verbs, byte counts, close causes
 * ({@code proto/README.md} is its specification). A {@code Carrier} is the seam to WebSockets, a
 * {@code SessionListener} the seam to the channel above.
 *
 * <p>Threads: a session and its carrier belong to one event loop; the dial loop has a thread of its
 * own, because dialling blocks.
 */
@NullMarked
package dev.penstock.tunnel.session;

import org.jspecify.annotations.NullMarked;
