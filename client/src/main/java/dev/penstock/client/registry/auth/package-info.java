/**
 * What to put into a registry's Authorization header: nothing, Basic, or a bearer token bought at
 * the place that the registry's 401 names.
 *
 * <p>Threads: any; nothing blocks: files are looked at on threads of their own. Secrets appear in
 * no message and no {@code toString}.
 */
@NullMarked
package dev.penstock.client.registry.auth;

import org.jspecify.annotations.NullMarked;
