package dev.penstock.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.penstock.server.auth.TunnelToken;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells by which token a tunnel came in.
 *
 * <p>The token is judged when a request's head is there, and the tunnel attaches when its end is:
 * two events, between which others may attach under the same id. Nearly always one token is under
 * way for an id, and it is the one. Else each of those under way may be; a tunnel that is closed
 * because another of them was withdrawn dials again with its own.
 *
 * <p>An attempt that is judged and never attaches leaves its token among those under way. There are
 * never more of them than the tokens file has had. Any thread.
 */
final class Admissions {
  @GuardedBy("this")
  private final Map<String, UnderWay> underWay = new HashMap<>();

  /** Attempts to attach under one id. */
  private static final class UnderWay {
    private final Set<TunnelToken> tokens = new HashSet<>();
    private int attempts;
  }

  /** A token was accepted for its tunnel; its attempt goes on. */
  synchronized void accepted(TunnelToken token) {
    UnderWay attempts = underWay.computeIfAbsent(token.tunnel(), id -> new UnderWay());
    attempts.tokens.add(token);
    attempts.attempts++;
  }

  /** An attempt has ended in a tunnel: the tokens of which one has let it in. */
  synchronized Set<TunnelToken> attached(String tunnel) {
    UnderWay attempts = underWay.get(tunnel);
    if (attempts == null) {
      throw new IllegalStateException("tunnel " + tunnel + " attached without an accepted token");
    }
    attempts.attempts--;
    if (attempts.attempts == 0) {
      underWay.remove(tunnel);
    }
    return Set.copyOf(attempts.tokens);
  }
}
