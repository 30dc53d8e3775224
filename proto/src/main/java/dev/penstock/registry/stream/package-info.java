/**
 * A binding of {@code FetchBlob} that never copies a payload into a protobuf object; on the wire it
 * is the very same method as the generated one.
 *
 * <p>The generated classes copy each chunk twice more than needed: once into a {@code ByteString}
 * and once out of it. Here a sent message drains the caller's buffers straight into gRPC's frame,
 * and a received one keeps the transport's own buffers until it is closed.
 *
 * <p>Threads: a message may be handed from thread to thread, and reading it moves no state, so that
 * several threads may read one at once, each under a reference of its own.
 */
@NullMarked
package dev.penstock.registry.stream;

import org.jspecify.annotations.NullMarked;
