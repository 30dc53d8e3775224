/**
 * The whole of Penstock under load and random faults, for as long as one likes.
 *
 * <p>Threads: one for each transfer, one for small calls, one that breaks things; all end with the
 * run.
 */
@NullMarked
package dev.penstock.testing.soak;

import org.jspecify.annotations.NullMarked;
