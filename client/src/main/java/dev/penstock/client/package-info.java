/**
 * The customer's side: dials the server, and serves it read access to the customer's registries.
 *
 * <p>Threads: {@link PenstockClient} may be used from any thread; configuration is immutable.
 */
@NullMarked
package dev.penstock.client;

import org.jspecify.annotations.NullMarked;
