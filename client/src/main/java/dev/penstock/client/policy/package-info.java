/**
 * What may be asked of a registry: the customer's own decision, denied unless allowed, made on
 * parsed names and never on URLs.
 *
 * <p>Threads: all types are immutable values.
 */
@NullMarked
package dev.penstock.client.policy;

import org.jspecify.annotations.NullMarked;
