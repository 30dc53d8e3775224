/**
 * The layer that takes minutes: how long a silence, and a line in use, may last.
 *
 * <p>The thread that walks waits; the watches go on by themselves, on the lines' event loop and on
 * the thread of the timer, and may be asked at any time.
 */
@NullMarked
package dev.penstock.client.doctor.limits;

import org.jspecify.annotations.NullMarked;
