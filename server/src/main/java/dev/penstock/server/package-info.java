/**
 * The server process: its configuration, its two listeners, and how the parts are put together.
 *
 * <p>Threads: {@link dev.penstock.server.PenstockServer} may be used from any.
 */
@NullMarked
package dev.penstock.server;

import org.jspecify.annotations.NullMarked;
