/**
 * The names of the OCI distribution specification 1.1 (repository, tag, digest, reference), parsed
 * once at the edge so that everything behind it can rely on the grammar.
 *
 * <p>Threads: all types are immutable values.
 */
@NullMarked
package dev.penstock.client.names;

import org.jspecify.annotations.NullMarked;
