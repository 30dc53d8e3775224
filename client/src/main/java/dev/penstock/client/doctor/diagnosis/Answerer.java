package dev.penstock.client.doctor.diagnosis;

import dev.penstock.client.doctor.diagnosis.Answer.Closed;
import dev.penstock.client.doctor.diagnosis.Answer.Http;
import dev.penstock.client.doctor.diagnosis.Answer.Silence;

/** Who gave an answer. */
public enum Answerer {
  SERVER,
  /** Something in between, in the server's place. */
  HOP,
  NOBODY;

  /** The header by which the server makes itself known. */
  public static final String SERVER_HEADER = "Penstock-Server";

  /** The header with our nonce, which the server gives back. */
  public static final String PROBE_HEADER = "Penstock-Probe";

  /** Tells by the server's own marks; a nonce of another request shows a cache. */
  public static Answerer of(Sent sent, Answer answer) {
    if (answer instanceof Closed || answer instanceof Silence) {
      return NOBODY;
    }
    return answer instanceof Http http && isServers(sent, http) && !isOld(sent, http)
        ? SERVER
        : HOP;
  }

  private static boolean isServers(Sent sent, Http answer) {
    if (answer.status() == 101 && !sent.isUpgrade()) {
      return false; // it does not even know what it was asked
    }
    return answer.headers().has(SERVER_HEADER)
        || answer.headers().first(PROBE_HEADER).filter(sent.nonce()::equals).isPresent()
        // A hop that removes headers it does not know still passes the body.
        || (answer.body().contains("\"arrived\"") && Arrived.parse(answer.body()).isPresent());
  }

  /** Whether it is the server's answer to somebody else. */
  static boolean isOld(Sent sent, Http answer) {
    return answer.headers().first(PROBE_HEADER).stream()
        .anyMatch(nonce -> !nonce.equals(sent.nonce()));
  }
}
