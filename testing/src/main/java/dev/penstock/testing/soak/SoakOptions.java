package dev.penstock.testing.soak;

import java.time.Duration;

/**
 * What a soak does.
 *
 * @param duration of load and faults
 * @param seed of everything that is random
 * @param transfers at once
 * @param reportEvery how often it says how it stands
 */
public record SoakOptions(Duration duration, long seed, int transfers, Duration reportEvery) {}
