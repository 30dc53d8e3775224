package dev.penstock.client.doctor;

import dev.penstock.client.check.Outcome;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a doctor has found.
 *
 * @param lines in the order of the path; without any secret
 * @param outcome of what kind the worst is
 * @param advice what the client's settings should be; empty when no message came through
 * @param arrived what the server saw of a request of ours, as JSON; empty: nothing is known
 * @param certificates the chain that was seen, as PEM; empty: there was no TLS
 */
public record Examination(
    Instant started,
    List<Line> lines,
    Outcome outcome,
    Optional<Advice> advice,
    String arrived,
    String certificates) {

  /** Copies the lines. */
  public Examination {
    lines = List.copyOf(lines);
  }

  /** The worst of its lines; a transfer could not work if it is {@link Verdict#FAIL}. */
  public Verdict verdict() {
    return has(Verdict.FAIL) ? Verdict.FAIL : has(Verdict.WARN) ? Verdict.WARN : Verdict.PASS;
  }

  private boolean has(Verdict verdict) {
    return lines.stream().anyMatch(line -> line.verdict() == verdict);
  }
}
