/**
 * The benchmark: the same stream over gRPC's own transport, over a tunnel, and over the whole
 * product, in one process and in turn.
 *
 * <p>What is compared is always measured in the same run, way after way, round after round, because
 * machines have moods; what is quoted are medians and ratios.
 *
 * <p>Threads: a benchmark drives itself from the thread that calls it; what it measures brings its
 * own.
 */
@NullMarked
package dev.penstock.testing.bench;

import org.jspecify.annotations.NullMarked;
