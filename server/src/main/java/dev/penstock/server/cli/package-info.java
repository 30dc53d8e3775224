/**
 * The command line: where a setting comes from, and the commands that start no server.
 *
 * <p>Threads: the main one.
 */
@NullMarked
package dev.penstock.server.cli;

import org.jspecify.annotations.NullMarked;
