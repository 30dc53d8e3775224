/**
 * Takes secrets out of text that leaves the machine: by their value, in every form in which one
 * might stand there, and by the names under which secrets go. Any thread.
 */
@NullMarked
package dev.penstock.client.doctor.redaction;

import org.jspecify.annotations.NullMarked;
