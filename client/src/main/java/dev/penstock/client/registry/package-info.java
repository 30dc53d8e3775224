/**
 * Read access to one OCI registry (distribution specification 1.1, "Pull" and "Content Discovery"):
 * blobs and ranges of them on demand, sizes, manifests, lists. Knows nothing of gRPC or of who
 * asks.
 *
 * <p>Threads: any thread may call; nothing blocks. Futures complete and bodies arrive on the HTTP
 * transport's thread or on one that asked for more, signals of one body one at a time; what listens
 * must not block.
 */
@NullMarked
package dev.penstock.client.registry;

import org.jspecify.annotations.NullMarked;
