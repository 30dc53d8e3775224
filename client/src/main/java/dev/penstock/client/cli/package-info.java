/**
 * The command line: gathers settings from flags, environment and file, and runs a client until the
 * process is told to end.
 *
 * <p>Threads: one, the main thread.
 */
@NullMarked
package dev.penstock.client.cli;

import org.jspecify.annotations.NullMarked;
