/**
 * The reading end of the API as a command needs it: one blob or manifest into a file, or a list.
 *
 * <p>A blob's bytes go from the transport's buffers to the file with no copy on the heap. The
 * server has hashed them; only when asked to, this end hashes them too, meanwhile, on another
 * thread. A manifest is small and always hashed here.
 *
 * <p>Threads: the event loop of the connection writes the file, which is what holds the sender back
 * when the disk is slow; the thread that asked waits.
 */
@NullMarked
package dev.penstock.server.fetch;

import org.jspecify.annotations.NullMarked;
