/**
 * Files that are read again when they have changed, however they were changed: rewritten, or
 * replaced by another. What becomes of a broken one is for whoever reads it to say.
 *
 * <p>Threads: none of its own; one at a time looks.
 */
@NullMarked
package dev.penstock.client.watch;

import org.jspecify.annotations.NullMarked;
