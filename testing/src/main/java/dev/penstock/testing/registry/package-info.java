/**
 * A small registry in this process that speaks the read part of the OCI distribution specification
 * 1.1 over HTTP/1.1, and misbehaves on request.
 *
 * <p>It is no bottleneck: bodies go from memory outside the heap to the socket without a copy of
 * ours, and as fast as the reader takes them.
 *
 * <p>Threads: public types may be used from any thread. Handlers and transfers belong to the event
 * loop of their connection.
 */
@NullMarked
package dev.penstock.testing.registry;

import org.jspecify.annotations.NullMarked;
