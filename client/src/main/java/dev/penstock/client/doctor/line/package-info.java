/**
 * The layers on an open line: whether the token is taken, which messages pass, how long they take,
 * and how many.
 *
 * <p>The thread that walks blocks, for a bounded time.
 */
@NullMarked
package dev.penstock.client.doctor.line;

import org.jspecify.annotations.NullMarked;
