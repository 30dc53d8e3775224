package dev.penstock.server.relay;

/**
 * What the relay holds at present, to be read by tests and by whoever operates the server.
 *
 * @param activeCalls calls being passed on
 * @param unsentBytes bytes given to callers' transports since each last said that it had room; so a
 *     stalled caller accounts for at most {@link RelayLimits#CALLER_READY_BYTES} more than is shown
 * @param digestBacklogBytes bytes that wait for their hash
 * @param continuedCalls how often a call has gone on with another client
 */
public record RelayGauges(
    Gauge activeCalls, Gauge unsentBytes, Gauge digestBacklogBytes, Gauge continuedCalls) {
  /** Gauges at zero. */
  public RelayGauges() {
    this(new Gauge(), new Gauge(), new Gauge(), new Gauge());
  }
}
