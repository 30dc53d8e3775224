/**
 * What whoever runs the client can look at: its metrics, whether it is ready, and the form of its
 * log.
 *
 * <p>Threads: metrics and readiness are asked for on the listener's thread, and read what others
 * count.
 */
@NullMarked
package dev.penstock.client.ops;

import org.jspecify.annotations.NullMarked;
