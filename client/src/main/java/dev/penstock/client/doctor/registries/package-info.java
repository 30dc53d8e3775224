/**
 * The layer beside the path: each registry, from the connection to a manifest.
 *
 * <p>All are tried at once on threads of their own; the thread that walks waits, for a bounded
 * time.
 */
@NullMarked
package dev.penstock.client.doctor.registries;

import org.jspecify.annotations.NullMarked;
