/**
 * Makes a configuration by asking for it: five questions, each answer tried at once, and the files
 * that run a client with the answers.
 *
 * <p>Threads: one, that of the dialogue.
 */
@NullMarked
package dev.penstock.client.setup;

import org.jspecify.annotations.NullMarked;
