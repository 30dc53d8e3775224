/**
 * GET and HEAD over the JDK's HTTP client, the way a registry needs them: redirects by hand,
 * time-outs on progress, bodies as buffers on demand. Knows nothing of registries or credentials.
 *
 * <p>Threads: nothing blocks. Futures complete and bodies arrive on the HTTP client's thread, or on
 * the one whose demand was met at once; so nothing that listens may block. Signals of one body come
 * one at a time.
 */
@NullMarked
package dev.penstock.client.registry.http;

import org.jspecify.annotations.NullMarked;
