/**
 * What it costs the client to read a registry, beside what it costs {@code curl}: the same blobs,
 * in turn, from the same real registry.
 *
 * <p>Threads: one measures; what reads has threads of its own.
 */
@NullMarked
package dev.penstock.testing.reads;

import org.jspecify.annotations.NullMarked;
