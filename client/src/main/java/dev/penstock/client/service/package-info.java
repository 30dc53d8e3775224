/**
 * The gRPC service {@code penstock.registry.v1.Registry}, as the customer's side answers it: check
 * the request, ask the policy, read the registry at the pace of the stream.
 *
 * <p>Threads: fit for a direct executor: nothing here blocks an event loop. A transfer's work is
 * done by whichever thread brings news (the transport's or the registry's), one at a time.
 */
@NullMarked
package dev.penstock.client.service;

import org.jspecify.annotations.NullMarked;
