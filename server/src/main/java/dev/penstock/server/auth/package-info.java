/**
 * Who may attach a tunnel and who may use one: bearer tokens, kept as hashes in one text file.
 *
 * <p>Threads: values are immutable; {@link dev.penstock.server.auth.Tokens} may be asked by any
 * thread and costs an event loop at most a look at the file's date, and the reading of a small file
 * when it has changed.
 */
@NullMarked
package dev.penstock.server.auth;

import org.jspecify.annotations.NullMarked;
