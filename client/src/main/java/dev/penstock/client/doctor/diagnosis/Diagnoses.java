package dev.penstock.client.doctor.diagnosis;

import dev.penstock.client.doctor.diagnosis.Answer.Closed;
import dev.penstock.client.doctor.diagnosis.Answer.Http;
import dev.penstock.client.doctor.diagnosis.Answer.NotHttp;
import dev.penstock.client.doctor.diagnosis.Answer.Silence;
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
      case HOP ->
          Optional.of(
              answer instanceof Http http
                  ? InPlaceOfServer.of(sent, http, plainPassed)
                  : notHttp(sent, (NotHttp) answer));
      case NOBODY -> Optional.of(nobody(sent, answer, plainPassed));
    };
  }

  /** Of a request that reached the server, as the server tells once the upgrade is done. */
  public static Optional<Diagnosis> of(Sent sent, Arrived arrived, Http answer) {
    return Arrival.of(sent, arrived, answer);
  }

  /**
   * Of a forward proxy that was asked to connect to the server.
   *
   * @return empty when it did
   */
  public static Optional<Diagnosis> ofProxy(Sent sent, Answer answer) {
    if (answer instanceof NotHttp other) {
      return Optional.of(notHttp(sent, other));
    }
    if (!(answer instanceof Http http)) {
      return Optional.of(nobody(sent, answer, false));
    }
    if (http.status() / 100 == 2) {
      return Optional.empty();
    }
    Cause cause = http.status() == 407 ? Cause.PROXY_407 : Cause.PROXY_REFUSED;
    return Optional.of(InPlaceOfServer.as(cause, sent, http, "the proxy"));
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

  private static Diagnosis notHttp(Sent sent, NotHttp answer) {
    Cause cause =
        answer.isHttp2() ? Cause.HTTP2_ONLY : answer.isTls() ? Cause.PLAIN_TO_TLS : Cause.NOT_HTTP;
    String evidence =
        switch (cause) {
          case HTTP2_ONLY -> "the answer to HTTP/1.1 was a frame of HTTP/2";
          case PLAIN_TO_TLS -> "the answer to a request in the clear was a record of TLS";
          default -> "the answer was no HTTP";
        };
    return new Diagnosis(cause, at(sent), evidence, Remedies.of(cause, Product.UNKNOWN, sent));
  }

  private static Diagnosis nobody(Sent sent, Answer answer, boolean plainPassed) {
    boolean isBecauseOfUpgrade = sent.isUpgrade() && plainPassed;
    Cause cause = isBecauseOfUpgrade ? Cause.UPGRADE_REFUSED : Cause.NOBODY_ANSWERS;
    String seen =
        answer instanceof Closed closed
            ? "the connection ended without an answer (%s)".formatted(closed.how())
            : "nothing came for " + inWords(((Silence) answer).time());
    String more =
        isBecauseOfUpgrade ? "; a plain request was answered, so that it is the upgrade" : "";
    return new Diagnosis(
        cause,
        isBecauseOfUpgrade ? "a hop that leaves no mark" : "nobody: " + at(sent) + " is silent",
        seen + more,
        Remedies.of(cause, Product.UNKNOWN, sent));
  }

  private static String at(Sent sent) {
    return "whatever listens at " + sent.host() + ":" + sent.port();
  }

  static String inWords(Duration time) {
    return time.toMillis() % 1000 == 0 || time.toSeconds() >= 10
        ? time.toSeconds() + " s"
        : time.toMillis() + " ms";
  }
}
