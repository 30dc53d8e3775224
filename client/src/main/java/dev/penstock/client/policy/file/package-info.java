/**
 * The policy as a file: read, checked, and read again when it changes. {@link
 * dev.penstock.client.policy.file.PolicyFile} has the keys, {@link
 * dev.penstock.client.policy.file.ReloadingPolicy} the one in force.
 *
 * <p>Threads: all types are immutable values, but for ReloadingPolicy, which any thread may use,
 * and what it alone uses.
 */
@NullMarked
package dev.penstock.client.policy.file;

import org.jspecify.annotations.NullMarked;
