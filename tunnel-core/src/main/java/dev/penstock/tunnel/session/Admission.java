package dev.penstock.tunnel.session;

import dev.penstock.tunnel.session.TunnelAuthenticator.Accepted;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import dev.penstock.tunnel.websocket.accept.UpgradeDecision;
import dev.penstock.tunnel.websocket.accept.UpgradeRequest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Lets in who names a tunnel in the path and has its token, whatever is then spoken on the
 * WebSocket. On event loops.
 */
public final class Admission {
  private final TunnelAuthenticator authenticator;

  public Admission(TunnelAuthenticator authenticator) {
    this.authenticator = authenticator;
  }

  /** What {@code decide} says of who is let in, or the refusal. */
  public UpgradeDecision admit(
      UpgradeRequest request, Function<Applicant, UpgradeDecision> decide) {
    Optional<String> tunnelId = WireProtocol.tunnelId(request.path());
    if (tunnelId.isEmpty()) {
      return refuse(404, "no such path", "dial " + WireProtocol.PATH_PREFIX + "{tunnel-id}");
    }
    return request
        .bearerToken()
        .map(token -> judge(tunnelId.get(), token, decide))
        .orElseGet(() -> unauthorized("no bearer token", tunnelId.get()));
  }

  /** Whether the token that made this principal is still good. Any thread. */
  public boolean isInForce(Object principal) {
    return authenticator.isInForce(principal);
  }

  private UpgradeDecision judge(
      String tunnelId, String token, Function<Applicant, UpgradeDecision> decide) {
    Verdict verdict = authenticator.judge(tunnelId, token);
    if (verdict instanceof Accepted accepted) {
      return decide.apply(new Applicant(tunnelId, token, accepted.principal()));
    }
    return verdict.equals(Verdict.OTHER_TUNNEL)
        ? refuse(
            403, "this token is not for tunnel '" + tunnelId + "'", "use the token of that tunnel")
        : unauthorized("unknown token", tunnelId);
  }

  private static UpgradeDecision unauthorized(String error, String tunnelId) {
    return new UpgradeDecision.Refuse(
        401,
        error,
        "create one on the server with 'token create --tunnel " + tunnelId + "'",
        Map.of("WWW-Authenticate", "Bearer realm=\"penstock\""));
  }

  private static UpgradeDecision refuse(int status, String error, String hint) {
    return new UpgradeDecision.Refuse(status, error, hint, Map.of());
  }
}
