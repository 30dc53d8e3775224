/**
 * Who may attach a tunnel and who may use one: bearer tokens, kept as hashes in one text file.
 *
 * <p>Threads: values are immutable; {@link dev.penstock.server.auth.Tokens} may be asked by any
 * thread and costs an event loop no more than a look at the file's date.
 */
@NullMarked
package dev.penstock.server.auth;

import org.jspecify.annotations.NullMarked;
