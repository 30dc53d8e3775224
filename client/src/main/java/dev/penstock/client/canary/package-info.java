/**
 * The gRPC service {@code penstock.probe.v1.Probe}, as the customer's side answers it: what came
 * goes back, with how long that took and how the registries fare.
 *
 * <p>It reads nothing of a registry's content, and so neither policy nor audit log nor transfers'
 * places have to do with it.
 *
 * <p>Threads: fit for a direct executor: nothing here blocks. A call is answered by its own event
 * loop or, when registries are asked, by the one that brings the last answer.
 */
@NullMarked
package dev.penstock.client.canary;

import org.jspecify.annotations.NullMarked;
