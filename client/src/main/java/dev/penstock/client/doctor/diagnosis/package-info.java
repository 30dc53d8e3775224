/**
 * Tells from what was sent and what arrived which hop does what, and what to change there.
 *
 * <p>Pure: nothing in here touches the network. Any thread.
 */
@NullMarked
package dev.penstock.client.doctor.diagnosis;

import org.jspecify.annotations.NullMarked;
