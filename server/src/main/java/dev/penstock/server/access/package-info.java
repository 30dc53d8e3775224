/**
 * One id for each call of the API, and one line of the log for each that has ended.
 *
 * <p>The id comes from the caller or is made here; the client of the customer gets it with every
 * leg of the call, and the caller gets it back. So it finds one transfer in the logs of all three.
 *
 * <p>Threads: {@link dev.penstock.server.access.Access} is written by whichever thread moves its
 * call on; everything else is immutable, or belongs to the call that it wraps.
 */
@NullMarked
package dev.penstock.server.access;

import org.jspecify.annotations.NullMarked;
