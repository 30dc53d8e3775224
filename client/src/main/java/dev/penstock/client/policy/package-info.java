/**
 * What may be asked of a registry: the customer's own decision, denied unless allowed, made on
 * parsed names and never on URLs. {@link dev.penstock.client.policy.Policy} is where to begin.
 *
 * <p>Threads: all types are immutable values.
 */
@NullMarked
package dev.penstock.client.policy;

import org.jspecify.annotations.NullMarked;
