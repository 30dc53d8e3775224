/**
 * What the doctor has found, as people and as programs read it. Pure: text in, text out. Any
 * thread.
 */
@NullMarked
package dev.penstock.client.doctor.report;

import org.jspecify.annotations.NullMarked;
