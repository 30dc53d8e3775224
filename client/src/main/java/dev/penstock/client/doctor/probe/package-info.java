/**
 * Lines to the server that take the way of a tunnel and carry no session: what is tried with them
 * shows what the path lets pass.
 *
 * <p>Any thread may ask; futures complete on the event loop of the lines, which must not be
 * blocked.
 */
@NullMarked
package dev.penstock.client.doctor.probe;

import org.jspecify.annotations.NullMarked;
