package dev.penstock.client.doctor.visit;

import dev.penstock.client.check.Finding;
import dev.penstock.client.doctor.diagnosis.Diagnosis;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was examined: a line of the report.
 *
 * @param layer such as {@code tls}; the same word for all lines of a {@link Layer}
 * @param subject what was examined in it, such as an address; empty when the layer says it all
 * @param took how long it took; zero for what was skipped
 * @param seen what was seen, in one sentence; never a secret
 * @param advice what to do; empty when there is nothing to do
 * @param diagnosis which hop does what; null when the path is as it should be or nobody can tell
 */
public record Line(
    String layer,
    String subject,
    Verdict verdict,
    Duration took,
    String seen,
    String advice,
    @Nullable Diagnosis diagnosis) {

  public static Line pass(String layer, String subject, Duration took, String seen) {
    return new Line(layer, subject, Verdict.PASS, took, seen, "", null);
  }

  public static Line warn(String layer, String subject, Duration took, String seen, String advice) {
    return new Line(layer, subject, Verdict.WARN, took, seen, advice, null);
  }

  public static Line fail(String layer, String subject, Duration took, String seen, String advice) {
    return new Line(layer, subject, Verdict.FAIL, took, seen, advice, null);
  }

  public static Line skip(String layer, String subject, String why) {
    return new Line(layer, subject, Verdict.SKIP, Duration.ZERO, why, "", null);
  }

  /** A finding of the checks, as a line. */
  public static Line of(String layer, String subject, Duration took, Finding finding) {
    return switch (finding.outcome()) {
      case OK -> pass(layer, subject, took, finding.seen());
      case WARNING -> warn(layer, subject, took, finding.seen(), finding.advice());
      case REFUSED, UNREACHABLE, MISCONFIGURED ->
          fail(layer, subject, took, finding.seen(), finding.advice());
    };
  }

  /** The same, explained. */
  public Line because(Diagnosis why) {
    return new Line(layer, subject, verdict, took, seen, advice, why);
  }

  /** The same, with all that it says put through this. */
  public Line with(UnaryOperator<String> words) {
    Diagnosis why = diagnosis;
    return new Line(
        layer,
        words.apply(subject),
        verdict,
        took,
        words.apply(seen),
        words.apply(advice),
        why == null
            ? null
            : new Diagnosis(
                why.cause(),
                words.apply(why.hop()),
                words.apply(why.evidence()),
                words.apply(why.remedy())));
  }
}
