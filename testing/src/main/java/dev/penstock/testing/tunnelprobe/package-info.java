/**
 * The real server and client with a path between them: a client attaches, lists and reads an image
 * through its tunnel, and each step is reported with its time.
 *
 * <p>Threads: a probe blocks the thread that runs it, each step for a bounded time.
 */
@NullMarked
package dev.penstock.testing.tunnelprobe;

import org.jspecify.annotations.NullMarked;
