package dev.penstock.tunnel.session;

/**
 * Decides who may attach.
 *
 * <p>Called on an event loop for every attempt: it must not block.
 */
@FunctionalInterface
public interface TunnelAuthenticator {
  /** What a token is good for. */
  enum Verdict {
    ACCEPTED,
    /** No token of ours: 401. */
    UNKNOWN_TOKEN,
    /** A token of ours, but for another tunnel id: 403. */
    OTHER_TUNNEL
  }

  Verdict judge(String tunnelId, String token);
}
