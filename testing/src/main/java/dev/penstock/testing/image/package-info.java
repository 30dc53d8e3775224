/**
 * Container images made up on the fly: blobs of any size that need neither disk nor much memory,
 * and the manifests that name them.
 *
 * <p>Threads: everything here is immutable once built and may be shared; a digest is computed by
 * the first thread that asks for it, and others wait for it.
 */
@NullMarked
package dev.penstock.testing.image;

import org.jspecify.annotations.NullMarked;
