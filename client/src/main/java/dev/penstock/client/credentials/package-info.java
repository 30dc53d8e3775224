/**
 * Where the customer's credentials for a registry come from: the files that Docker and Podman keep,
 * and the helper programs that those files name.
 *
 * <p>Threads: any may ask {@link dev.penstock.client.credentials.CredentialStore}, and none is
 * blocked. Files are read on one daemon thread of the store's, helpers run on a few others, and
 * there a future completes: who goes on from it must not block, or must go on elsewhere. The other
 * public types are immutable values. Secrets appear in no message, no {@code toString}, no log and
 * on no command line.
 */
@NullMarked
package dev.penstock.client.credentials;

import org.jspecify.annotations.NullMarked;
