/**
 * A token server for real registries: it sells what the distribution project's "Token
 * Authentication Specification" describes, signed tokens for a scope, and tells what it sold.
 *
 * <p>Threads: any; requests are answered one at a time, by a thread of the server.
 */
@NullMarked
package dev.penstock.testing.tokens;

import org.jspecify.annotations.NullMarked;
