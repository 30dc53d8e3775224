package dev.penstock.client.doctor.diagnosis;

import dev.penstock.client.doctor.diagnosis.Answer.Closed;
import dev.penstock.client.doctor.diagnosis.Answer.NotHttp;
import dev.penstock.client.doctor.diagnosis.Answer.Silence;
import dev.penstock.client.doctor.diagnosis.Answer.Unfinished;
import dev.penstock.tunnel.connection.ForeignText;
import java.util.function.Function;

/**
 * Who takes the connections, where nothing that came back says who that is.
 *
 * @param remedies what to change there, by cause
 */
record Listener(String inWords, Function<Cause, String> remedies) {

  /** At the address of the server. */
  static Listener of(Sent sent) {
    return new Listener(
        "whatever listens at " + sent.authority(),
        cause -> Remedies.of(cause, Product.UNKNOWN, sent));
  }

  /**
   * The client's own proxy.
   *
   * @param address its host and port
   */
  static Listener proxy(Sent sent, String address) {
    return new Listener("the proxy " + address, cause -> Remedies.ofProxy(cause, sent, address));
  }

  /**
   * What it means that an answer in HTTP did not come.
   *
   * @param isBecauseOfUpgrade whether a request that is none was answered
   */
  Diagnosis without(Answer answer, boolean isBecauseOfUpgrade) {
    if (answer instanceof NotHttp other) {
      return notHttp(other);
    }
    if (answer instanceof Unfinished unfinished) {
      return diagnosis(Cause.ANSWERED_BY_HOP, inWords, evidence(unfinished));
    }
    String seen = seen(answer);
    if (isBecauseOfUpgrade) {
      return diagnosis(
          Cause.UPGRADE_REFUSED,
          "a hop that leaves no mark",
          seen + "; a plain request was answered, so that it is the upgrade");
    }
    return answer instanceof Closed
        ? diagnosis(Cause.CONNECTION_CLOSED, "nobody: " + inWords + " ends the connection", seen)
        : diagnosis(Cause.NOBODY_ANSWERS, "nobody: " + inWords + " is silent", seen);
  }

  private Diagnosis notHttp(NotHttp answer) {
    if (answer.isHttp2()) {
      return diagnosis(Cause.HTTP2_ONLY, inWords, "the answer to HTTP/1.1 was a frame of HTTP/2");
    }
    if (answer.isTls()) {
      return diagnosis(
          Cause.PLAIN_TO_TLS, inWords, "the answer to a request in the clear was a record of TLS");
    }
    String first = answer.firstBytes().lines().findFirst().orElse("");
    return diagnosis(
        Cause.NOT_HTTP,
        inWords,
        "the answer was no HTTP: it began with '%s'".formatted(ForeignText.printable(first)));
  }

  private static String evidence(Unfinished answer) {
    String what = answer.isInterim() ? "only interim answers came" : "its headers had no end";
    String until =
        answer.end() instanceof Silence silence
            ? "within " + Diagnoses.inWords(silence.time())
            : "until the connection ended";
    return "an answer began with '%s', and %s %s"
        .formatted(ForeignText.printable(answer.firstLine()), what, until);
  }

  private static String seen(Answer answer) {
    return answer instanceof Silence silence
        ? "nothing came for " + Diagnoses.inWords(silence.time())
        : "the connection ended without an answer"
            + (answer instanceof Closed closed ? " (%s)".formatted(closed.how()) : "");
  }

  private Diagnosis diagnosis(Cause cause, String hop, String evidence) {
    return new Diagnosis(cause, hop, evidence, remedies.apply(cause));
  }
}
