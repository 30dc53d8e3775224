/**
 * How the hosts of a leg are reached: through which proxy, with which certificates, by which name.
 *
 * <p>Threads: immutable values; passwords are read from their files when they are used.
 */
@NullMarked
package dev.penstock.client.network;

import org.jspecify.annotations.NullMarked;
