package dev.penstock.server.auth;

import dev.penstock.server.auth.TokenSet.CallerToken;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The lines of a tokens file: what its header says, written and read. */
final class TokenFormat {
  static final String HEADER =
      """
      # Tokens of a penstock-server, one a line:
      #   tunnel <tunnel id> <SHA-256>            a client attaches under this id
      #   caller <name> <tunnel ids> <SHA-256>    a caller uses these tunnels; * is all of them
      # The secrets themselves are kept nowhere. To withdraw a token, delete its line; a running
      # server notices within seconds. `penstock-server token create` adds lines.
      """;

  private TokenFormat() {}

  static String line(TunnelToken token) {
    return "tunnel " + token.tunnel() + " " + token.hash().hex() + "\n";
  }

  static String line(CallerToken token) {
    String tunnels = String.join(",", new TreeSet<>(token.caller().tunnels()));
    return "caller " + token.caller().name() + " " + tunnels + " " + token.hash().hex() + "\n";
  }

  /**
   * Reads a whole file; one bad line spoils it, so that a slip never silently withdraws a token.
   *
   * @throws IllegalArgumentException with the number of the line and the rule that it breaks; never
   *     with its content, in which a secret may stand by mistake
   */
  static TokenSet parse(List<String> lines) {
    List<TunnelToken> tunnels = new ArrayList<>();
    List<CallerToken> callers = new ArrayList<>();
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        try {
          parseLine(line.split("\\s+"), tunnels, callers);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
      }
    }
    return new TokenSet(tunnels, callers);
  }

  private static void parseLine(
      String[] words, List<TunnelToken> tunnels, List<CallerToken> callers) {
    if (words[0].equals("tunnel") && words.length == 3) {
      String tunnel = Identifier.require("tunnel id", words[1]);
      tunnels.add(new TunnelToken(tunnel, SecretHash.parse(words[2])));
    } else if (words[0].equals("caller") && words.length == 4) {
      Caller caller = new Caller(words[1], new TreeSet<>(List.of(words[2].split(","))));
      callers.add(new CallerToken(caller, SecretHash.parse(words[3])));
    } else {
      throw new IllegalArgumentException(
          "expected 'tunnel <id> <SHA-256>' or 'caller <name> <tunnel ids> <SHA-256>'");
    }
  }
}
