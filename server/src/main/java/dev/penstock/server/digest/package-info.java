/**
 * SHA-256 of a stream while it passes, away from the thread that moves it.
 *
 * <p>Threads: one thread feeds a stream's digest, in order; threads of a small fixed pool compute
 * it, never two of them one stream's at a time.
 */
@NullMarked
package dev.penstock.server.digest;

import org.jspecify.annotations.NullMarked;
