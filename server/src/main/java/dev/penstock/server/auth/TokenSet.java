package dev.penstock.server.auth;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The tokens of one reading of the file. Several tokens may share a name, so that one can be
 * replaced while the other still works.
 */
record TokenSet(List<TunnelToken> tunnels, List<CallerToken> callers) {

  /** A token with which {@code caller} calls the API. */
  record CallerToken(Caller caller, SecretHash hash) {}

  TokenSet {
    tunnels = List.copyOf(tunnels);
    callers = List.copyOf(callers);
  }

  Optional<TunnelToken> tunnelToken(String secret) {
    SecretHash presented = SecretHash.of(secret);
    return last(tunnels.stream().filter(token -> token.hash().equals(presented)));
  }

  Optional<Caller> callerOf(String secret) {
    SecretHash presented = SecretHash.of(secret);
    return last(callers.stream().filter(token -> token.hash().equals(presented)))
        .map(CallerToken::caller);
  }

  /** Not the first: every token is compared, so that time tells nothing about the position. */
  private static <T> Optional<T> last(Stream<T> matches) {
    return matches.reduce((first, second) -> second);
  }

  /** How many of each, for a log line. */
  String summary() {
    return tunnels.size() + " tunnel tokens, " + callers.size() + " caller tokens";
  }

  @Override
  public String toString() {
    return "TokenSet[" + summary() + "]";
  }
}
