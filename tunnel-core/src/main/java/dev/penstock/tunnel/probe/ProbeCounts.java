package dev.penstock.tunnel.probe;

/**
 * What probes have done at an acceptor since its start.
 *
 * @param open how many are open now
 * @param opened how many there have been
 * @param receivedBytes payload of binary messages from dialers
 * @param sentBytes payload of binary messages to dialers
 */
public record ProbeCounts(int open, long opened, long receivedBytes, long sentBytes) {}
