/**
 * Calls passed on, byte by byte, from callers to clients and back.
 *
 * <p>A message on its way is neither parsed nor copied; only the answers of {@code FetchManifest}
 * and {@code StatManifest} are read beside it, to be checked. It is the transport's buffers, handed
 * from one gRPC call to the other. What arrives is asked for only when the other side has room, so
 * a reader that stops stops its writer, at whichever end it is.
 *
 * <p>Threads: no thread of its own. What the caller does runs on the event loop of the caller's
 * connection, what the client does on that of its tunnel; {@link dev.penstock.server.relay.Relay}
 * says which of its fields both touch. Hashes are computed on the pool of {@code digest}.
 */
@NullMarked
package dev.penstock.server.relay;

import org.jspecify.annotations.NullMarked;
