package dev.penstock.tunnel.session;

/**
 * Decides who may attach.
 *
 * <p>Called on an event loop for every attempt, resumes included: it must not block.
 */
@FunctionalInterface
public interface TunnelAuthenticator {
  /** What a token is good for. */
  sealed interface Verdict permits Accepted, Refused {
    /** Accepted, as nobody in particular. */
    Verdict ACCEPTED = new Accepted("");

    /** No token of ours: 401. */
    Verdict UNKNOWN_TOKEN = Refused.UNKNOWN_TOKEN;

    /** A token of ours, but for another tunnel id: 403. */
    Verdict OTHER_TUNNEL = Refused.OTHER_TUNNEL;
  }

  /**
   * It may attach.
   *
   * @param principal whoever the authenticator has recognised; the tunnel hands it on, and does
   *     nothing with it
   */
  record Accepted(Object principal) implements Verdict {}

  /** It may not. */
  enum Refused implements Verdict {
    UNKNOWN_TOKEN,
    OTHER_TUNNEL
  }

  Verdict judge(String tunnelId, String token);

  /** Whether the token of this {@link Accepted#principal} has not been withdrawn. Any thread. */
  default boolean isInForce(Object principal) {
    return true;
  }
}
