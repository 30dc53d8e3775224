/**
 * The command line of the tools that exercise Penstock as a whole.
 *
 * <p>Threads: commands run on the thread that started the process.
 */
@NullMarked
package dev.penstock.testing;

import org.jspecify.annotations.NullMarked;
