/**
 * What whoever runs the server can look at: its metrics, and the form of its log.
 *
 * <p>Threads: metrics are asked for on the listener's thread, and read what others count.
 */
@NullMarked
package dev.penstock.server.ops;

import org.jspecify.annotations.NullMarked;
