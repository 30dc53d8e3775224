package dev.penstock.client.doctor.visit;

import dev.penstock.client.check.Outcome;
import dev.penstock.client.doctor.probe.Probe;
import dev.penstock.client.doctor.probe.ProbeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the layers above the upgrade have found: the part of a {@link Visit} that is theirs. One
 * thread at a time.
 */
public final class UpperFindings {
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

  public ProbeSource probes() {
    return probes;
  }

  /** What a probe learned while it was opened. */
  public void opened(Probe probe) {
    arrived = probe.arrived();
    maxMessageBytes = probe.maxMessageBytes();
  }

  /** What the server saw of our request, as JSON; empty: nothing is known. */
  public String arrived() {
    return arrived;
  }

  /** The largest message of a tunnel here, if the server said so. */
  public OptionalInt maxMessageBytes() {
    return maxMessageBytes > 0 ? OptionalInt.of(maxMessageBytes) : OptionalInt.empty();
  }

  /** The largest message that was seen to pass; empty: not tried. */
  public OptionalInt largestMessage() {
    return largestMessage;
  }

  public void largestMessage(int bytes) {
    largestMessage = OptionalInt.of(bytes);
  }

  /** The longest silence that is surely survived, of a path that has a limit. */
  public Optional<Duration> idleLimit() {
    return idleLimit;
  }

  public void idleLimit(Duration limit) {
    idleLimit = Optional.of(limit);
  }

  /** How old a connection of this path gets, if it has a limit. */
  public Optional<Duration> lifetimeLimit() {
    return lifetimeLimit;
  }

  public void lifetimeLimit(Duration limit) {
    lifetimeLimit = Optional.of(limit);
  }

  /** Limits in time were looked for. */
  public void watched() {
    isWatched = true;
  }

  public boolean isWatched() {
    return isWatched;
  }

  /** Tells of what kind a failure is; without this it is {@link Outcome#UNREACHABLE}. */
  public void failed(Outcome kind) {
    outcome = kind.compareTo(outcome) > 0 ? kind : outcome;
  }

  /** The worst failure that was told of. */
  public Outcome outcome() {
    return outcome;
  }
}
