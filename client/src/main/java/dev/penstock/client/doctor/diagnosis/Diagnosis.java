package dev.penstock.client.doctor.diagnosis;

/**
 * Which hop does what to the path, how that is known, and what to change.
 *
 * @param cause what is wrong
 * @param hop who does it, as well as can be known, such as {@code nginx (the last hop that left a
 *     mark)}
 * @param evidence what it was seen by, in one sentence
 * @param remedy the line or lines of configuration to change, for that product if it is known
 */
public record Diagnosis(Cause cause, String hop, String evidence, String remedy) {}
