/**
 * The doctor: walks the path from this machine to the server, and to the registries, layer by
 * layer, and says of each what was seen, what is wrong, at which hop, and what to do.
 *
 * <p>It changes nothing and runs beside a working client. One thread walks; each {@link
 * dev.penstock.client.doctor.visit.Layer} blocks it for a bounded time.
 */
@NullMarked
package dev.penstock.client.doctor;

import org.jspecify.annotations.NullMarked;
