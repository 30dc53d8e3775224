/**
 * How much may be under way at once, in the customer's network: transfers, bytes per second, of
 * each registry and of all together, and answers that are held in memory.
 *
 * <p>Threads: any; no method blocks or waits, and no lock is held for longer than a few steps of
 * arithmetic.
 */
@NullMarked
package dev.penstock.client.limits;

import org.jspecify.annotations.NullMarked;
