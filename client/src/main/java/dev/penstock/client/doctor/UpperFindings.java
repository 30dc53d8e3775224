package dev.penstock.client.doctor;

import dev.penstock.client.check.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the layers above the upgrade have found: the part of a {@link Visit} that is theirs. One
 * thread at a time.
 */
final class UpperFindings {
  private final ProbeSource probes;
  private String arrived = "";
  private int maxMessageBytes;
  private OptionalInt largestMessage = OptionalInt.empty();
  private Optional<Duration> idleLimit = Optional.empty();
  private Optional<Duration> lifetimeLimit = Optional.empty();
  private boolean isWatched;
  private Outcome outcome = Outcome.OK;

  UpperFindings(ProbeSource probes) {
    this.probes = probes;
  }

  ProbeSource probes() {
    return probes;
  }

  /** What a probe learned while it was opened. */
  void opened(Probe probe) {
    arrived = probe.arrived();
    maxMessageBytes = probe.maxMessageBytes();
  }

  /** What the server saw of our request, as JSON; empty: nothing is known. */
  String arrived() {
    return arrived;
  }

  /** The largest message of a tunnel here, if the server said so. */
  OptionalInt maxMessageBytes() {
    return maxMessageBytes > 0 ? OptionalInt.of(maxMessageBytes) : OptionalInt.empty();
  }

  /** The largest message that was seen to pass; empty: not tried. */
  OptionalInt largestMessage() {
    return largestMessage;
  }

  void largestMessage(int bytes) {
    largestMessage = OptionalInt.of(bytes);
  }

  /** The longest silence that is surely survived, of a path that has a limit. */
  Optional<Duration> idleLimit() {
    return idleLimit;
  }

  void idleLimit(Duration limit) {
    idleLimit = Optional.of(limit);
  }

  /** How old a connection of this path gets, if it has a limit. */
  Optional<Duration> lifetimeLimit() {
    return lifetimeLimit;
  }

  void lifetimeLimit(Duration limit) {
    lifetimeLimit = Optional.of(limit);
  }

  /** Limits in time were looked for. */
  void watched() {
    isWatched = true;
  }

  boolean isWatched() {
    return isWatched;
  }

  /** Tells of what kind a failure is; without this it is {@link Outcome#UNREACHABLE}. */
  void failed(Outcome kind) {
    outcome = kind.compareTo(outcome) > 0 ? kind : outcome;
  }

  /** The worst failure that was told of. */
  Outcome outcome() {
    return outcome;
  }
}
