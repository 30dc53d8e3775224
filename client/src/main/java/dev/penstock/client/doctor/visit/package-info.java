/**
 * What all layers of the doctor share: what a layer is, the lines it says, and the visit in which
 * each leaves what the next need to know.
 *
 * <p>A visit is for one thread at a time; lines, and what else is a value, for any.
 */
@NullMarked
package dev.penstock.client.doctor.visit;

import org.jspecify.annotations.NullMarked;
