package dev.penstock.client.doctor.limits;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.limits.Lifetime.Cut;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Limited;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Visit;
import java.time.Duration;
import java.util.stream.Collectors;

/** What the ages of lines in use say of a path: a limit, an accident, an outage, or nothing. */
final class LifetimeJudgement {
  private static final String SUBJECT = "lifetime";

  /** What the option takes. */
  private static final long LONGEST_SECONDS = 6600;

  private LifetimeJudgement() {}

  static Line of(Visit visit, Duration took, Lifetime known) {
    if (!known.gone().isEmpty()) {
      return gone(took, known);
    }
    if (known.cuts().isEmpty()) {
      return known.age().isZero()
          ? warn(took, nothing(known.how()), "try again")
          : Line.pass(
              LimitsLayer.NAME,
              SUBJECT,
              took,
              "a line in use gets %s old".formatted(Amounts.time(known.age())));
    }
    return known
        .limit()
        .map(LimitsLayer::rounded)
        .map(limit -> limited(visit, took, known, limit))
        .orElseGet(() -> known.isAccident() ? accident(took, known) : undecided(took, known));
  }

  private static Line gone(Duration took, Lifetime known) {
    return Line.fail(
        LimitsLayer.NAME,
        SUBJECT,
        took,
        "the path went away after %s, while it was watched: %s"
            .formatted(Amounts.time(known.heard()), known.gone()),
        "no limit, but an outage: does the server or a hop restart? try again when it is back");
  }

  private static Line limited(Visit visit, Duration took, Lifetime known, Duration limit) {
    visit.upper().lifetimeLimit(limit);
    String seen =
        "a line in use was cut after %s, and %d in turn: %s"
            .formatted(Amounts.time(limit), known.cuts().size(), known.how());
    String advice =
        "set max-carrier-age: %ds; tunnels then move to a fresh line in time"
            .formatted(Advice.carrierAge(limit).toSeconds());
    return warn(took, seen, advice).because(Limited.by(visit, Cause.LIFETIME_LIMIT, limit, seen));
  }

  private static Line accident(Duration took, Lifetime known) {
    String next =
        known.age().isZero() ? "" : "; the next got %s old".formatted(Amounts.time(known.age()));
    return warn(
        took,
        cuts(known) + next,
        "no limit, but an accident: a transfer goes on by itself after such a cut");
  }

  private static Line undecided(Duration took, Lifetime known) {
    Duration age = known.cuts().get(known.cuts().size() - 1).age();
    return warn(
        took,
        cuts(known) + "; no other got so old that it would show a limit",
        "a second cut at the same age would tell: try again, with --long=%ds or more"
            .formatted(Math.max(10, Math.min(LONGEST_SECONDS, 3 * age.toSeconds()))));
  }

  private static String cuts(Lifetime known) {
    String ages =
        known.cuts().stream().map(Cut::age).map(Amounts::time).collect(Collectors.joining(", "));
    return known.cuts().size() == 1
        ? "a line in use was cut once, after " + ages
        : "lines in use were cut at unlike ages: " + ages;
  }

  private static String nothing(String why) {
    return why.isEmpty()
        ? "no line was open for long enough to tell"
        : "nothing was learned: " + why;
  }

  private static Line warn(Duration took, String seen, String advice) {
    return Line.warn(LimitsLayer.NAME, SUBJECT, took, seen, advice);
  }
}
