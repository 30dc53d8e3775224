/**
 * The layers below the tunnel: names, TCP, the proxy, TLS, HTTP, the upgrade, and the hops that
 * left marks on the way.
 *
 * <p>The thread that walks blocks, for a bounded time; connections of a layer have one event loop,
 * which ends with it.
 */
@NullMarked
package dev.penstock.client.doctor.path;

import org.jspecify.annotations.NullMarked;
