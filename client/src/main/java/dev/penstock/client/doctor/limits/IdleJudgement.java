package dev.penstock.client.doctor.limits;

import dev.penstock.client.doctor.diagnosis.Cause;
import dev.penstock.client.doctor.visit.Advice;
import dev.penstock.client.doctor.visit.Amounts;
import dev.penstock.client.doctor.visit.Limited;
import dev.penstock.client.doctor.visit.Line;
import dev.penstock.client.doctor.visit.Visit;
import java.time.Duration;

/** What the fates of silent lines say of a path, held against those of lines in use. */
final class IdleJudgement {
  private static final String SUBJECT = "idle";

  private IdleJudgement() {}

  static Line of(Visit visit, Duration took, IdleWatch.Known known, Lifetime lifetime) {
    if (known.cut().isEmpty()) {
      return known.survived().isZero()
          ? warn(took, nothing(known.unknown()), "try again, for longer")
          : pass(took, "a line survives a silence of " + Amounts.time(known.survived()));
    }
    Duration cut = known.cut().get();
    return lifetime.isDeadAt(cut)
        ? notOfSilence(took, known, cut, lifetime)
        : limited(visit, took, known, cut);
  }

  private static Line limited(Visit visit, Duration took, IdleWatch.Known known, Duration cut) {
    Duration limit = LimitsLayer.rounded(known.limit().orElse(cut));
    visit.upper().idleLimit(limit);
    String seen = silence(known, cut);
    String advice =
        "set heartbeat: %ds; tunnels that say something this often stay up"
            .formatted(Advice.heartbeat(limit).toSeconds());
    return warn(took, seen, advice).because(Limited.by(visit, Cause.IDLE_LIMIT, limit, seen));
  }

  /** A line in use was cut together with the silent ones. */
  private static Line notOfSilence(
      Duration took, IdleWatch.Known known, Duration cut, Lifetime lifetime) {
    if (lifetime.limit().isPresent()) {
      return pass(
          took,
          "a line survives any silence that is shorter than its lifetime, %s"
              .formatted(Amounts.time(lifetime.limit().get())));
    }
    String survived =
        known.survived().isZero()
            ? ""
            : "; until then a line survived a silence of " + Amounts.time(known.survived());
    return warn(
        took,
        "silent lines were cut after %s together with one in use, so that it was not for silence%s"
            .formatted(Amounts.time(cut), survived),
        "try again");
  }

  private static String silence(IdleWatch.Known known, Duration cut) {
    if (!known.isGuessed()) {
      return "a silent line was cut after %s: %s".formatted(Amounts.time(cut), known.seen());
    }
    return known.survived().isZero()
        ? "a line was dead, and nobody had closed it, after %s of silence"
            .formatted(Amounts.time(cut))
        : "a line survives %s of silence; after %s it was dead, and nobody had closed it"
            .formatted(Amounts.time(known.survived()), Amounts.time(cut));
  }

  private static String nothing(String why) {
    return why.isEmpty()
        ? "no line was silent for long enough to tell"
        : "nothing was learned: " + why;
  }

  private static Line pass(Duration took, String seen) {
    return Line.pass(LimitsLayer.NAME, SUBJECT, took, seen);
  }

  private static Line warn(Duration took, String seen, String advice) {
    return Line.warn(LimitsLayer.NAME, SUBJECT, took, seen, advice);
  }
}
