/**
 * A zip file for a support ticket: what the doctor has found and what it was told, without any
 * secret. One thread.
 */
@NullMarked
package dev.penstock.client.doctor.bundle;

import org.jspecify.annotations.NullMarked;
