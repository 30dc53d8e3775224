/**
 * The customer's record of what was asked and what left: one line of JSON for each access.
 *
 * <p>Threads: any thread may record; lines are written by a thread of the log's own, so that a slow
 * disk holds up nobody but those who would leave no trace.
 */
@NullMarked
package dev.penstock.client.audit;

import org.jspecify.annotations.NullMarked;
