/**
 * HTTP/1.1 on Netty's channels, the way a registry needs it: redirects by hand, time-outs on
 * progress, bodies as buffers on demand. Knows nothing of registries, and of credentials only the
 * proxy's.
 *
 * <p>Threads: nothing blocks; a proxy's password is looked for on a thread of its own. Futures
 * complete and bodies arrive on an event loop, on that thread, or on the one whose demand was met
 * at once; so nothing that listens may block. Signals of one body come one at a time.
 */
@NullMarked
package dev.penstock.client.registry.http;

import org.jspecify.annotations.NullMarked;
