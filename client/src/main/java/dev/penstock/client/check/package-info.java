/**
 * Tries a configuration: reads the files that it names, and asks the server and each registry for
 * one answer. What it finds is a {@link dev.penstock.client.check.Finding}; no secret is in one.
 *
 * <p>Threads: probes answer on event loops of their own; {@link dev.penstock.client.check.Check}
 * blocks its caller, within a bound.
 */
@NullMarked
package dev.penstock.client.check;

import org.jspecify.annotations.NullMarked;
