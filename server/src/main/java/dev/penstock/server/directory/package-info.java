/**
 * Which clients are attached under which tunnel id, and which of them takes the next call.
 *
 * <p>Threads: any; reading takes no lock.
 */
@NullMarked
package dev.penstock.server.directory;

import org.jspecify.annotations.NullMarked;
