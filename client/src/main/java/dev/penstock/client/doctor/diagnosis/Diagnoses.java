package dev.penstock.client.doctor.diagnosis;

import dev.penstock.client.doctor.diagnosis.Answer.Http;
import dev.penstock.client.doctor.diagnosis.Answer.Unreadable;
import java.time.Duration;
import java.util.Optional;

/** The way in: what is wrong with a path, by what was sent over it and what came back. */
public final class Diagnoses {
  private Diagnoses() {}

  /**
   * Of an exchange with the server's public port.
   *
   * @param plainPassed whether a plain request was answered by the server before, so that what
   *     happens to an upgrade is because it is one
   * @return empty when the path did nothing wrong
   */
  public static Optional<Diagnosis> of(Sent sent, Answer answer, boolean plainPassed) {
    return switch (Answerer.of(sent, answer)) {
      case SERVER -> Arrival.of(sent, (Http) answer);
      case HOP, NOBODY ->
          Optional.of(
              answer instanceof Http http
                  ? InPlaceOfServer.of(sent, http, plainPassed)
                  : answer instanceof Unreadable other
                      ? InPlaceOfServer.of(sent, other, plainPassed)
                      : Listener.of(sent).without(answer, sent.isUpgrade() && plainPassed));
    };
  }

  /** Of an upgrade that reached the server, as the server tells once it is done. */
  public static Optional<Diagnosis> of(Sent sent, Arrived arrived, Http answer) {
    return (answer.status() == 101 ? Arrival.switched(sent, answer) : Optional.<Diagnosis>empty())
        .or(() -> Arrival.of(sent, arrived, answer));
  }

  /**
   * Of a forward proxy that was asked to connect to the server.
   *
   * @param proxy its host and port
   * @return empty when it did
   */
  public static Optional<Diagnosis> ofProxy(Sent sent, Answer answer, String proxy) {
    if (answer instanceof Http http) {
      return http.status() / 100 == 2 ? Optional.empty() : Optional.of(refusal(sent, http, ""));
    }
    return Optional.of(
        answer instanceof Unreadable other
            ? refusal(sent, other.head(), other.inWords())
            : Listener.proxy(sent, proxy).without(answer, false));
  }

  private static Diagnosis refusal(Sent sent, Http answer, String more) {
    Cause cause = answer.status() == 407 ? Cause.PROXY_407 : Cause.PROXY_REFUSED;
    return InPlaceOfServer.as(cause, sent, answer, "the proxy", more);
  }

  /** A limit of the path that was found by trying, or data that came late. */
  public static Diagnosis found(Cause cause, Sent sent, Marks marks, String evidence) {
    return found(cause, sent, Culprit.amongAll(marks), evidence);
  }

  static Diagnosis found(Cause cause, Sent sent, Culprit culprit, String evidence) {
    return new Diagnosis(
        cause, culprit.inWords(), evidence, Remedies.of(cause, culprit.products(), sent));
  }

  /** A line that said nothing for so long was cut. */
  public static Diagnosis idleLimit(Sent sent, Marks marks, Duration limit) {
    return KnownLimits.diagnosis(Cause.IDLE_LIMIT, sent, marks, limit);
  }

  /** A line in use was cut at this age. */
  public static Diagnosis lifetimeLimit(Sent sent, Marks marks, Duration limit) {
    return KnownLimits.diagnosis(Cause.LIFETIME_LIMIT, sent, marks, limit);
  }

  /** Such as {@code 450 ms}, {@code 6 s}, {@code 7.5 s}: what a timer adds is no news. */
  static String inWords(Duration time) {
    if (time.toMillis() < 950) {
      return time.toMillis() + " ms";
    }
    long tenths = (time.toMillis() + 50) / 100;
    return tenths % 10 == 0 || tenths >= 100
        ? (tenths + 5) / 10 + " s"
        : "%d.%d s".formatted(tenths / 10, tenths % 10);
  }
}
