package dev.penstock.testing.reads;

/** Of one measurement: time on the clock, and time of processors, both in seconds. */
record Cost(double seconds, double cpuSeconds) {}
