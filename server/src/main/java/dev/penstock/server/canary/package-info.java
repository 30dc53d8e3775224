/**
 * The service {@code penstock.probe.v1.Probe}: a payload through a tunnel and back, with how long
 * each part of the way took. For callers who ask, and for every attached tunnel on a schedule.
 *
 * <p>Threads: a call is begun by the caller's event loop, or by the canary's clock, and ended by
 * the tunnel's.
 */
@NullMarked
package dev.penstock.server.canary;

import org.jspecify.annotations.NullMarked;
