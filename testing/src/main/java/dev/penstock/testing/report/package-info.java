/**
 * What a tool that tries something step by step prints: one line a step, with its outcome, the time
 * that it took and what was seen.
 *
 * <p>Threads: a report belongs to the thread that takes the steps.
 */
@NullMarked
package dev.penstock.testing.report;

import org.jspecify.annotations.NullMarked;
