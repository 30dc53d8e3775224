package dev.penstock.tunnel.session;

import dev.penstock.tunnel.session.TunnelAuthenticator.Accepted;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import dev.penstock.tunnel.websocket.accept.UpgradeDecision;
import dev.penstock.tunnel.websocket.accept.UpgradeRequest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The acceptor's half of the handshake: judges a request, and makes it a new session's first
 * carrier or the next carrier of one that is there.
 *
 * <p>On event loops: the first part on that of the connection, the rest on that of the session.
 */
final class Decisions {
  private final SessionAcceptor.Settings settings;
  private final SessionTable sessions = new SessionTable();

  // Written by whoever shuts down, read by event loops.
  private volatile boolean draining;

  Decisions(SessionAcceptor.Settings settings) {
    this.settings = settings;
  }

  /** From now on no new session begins. Any thread. */
  void drain() {
    draining = true;
  }

  UpgradeDecision decide(UpgradeRequest request) {
    Optional<String> tunnelId = WireProtocol.tunnelId(request.path());
    if (tunnelId.isEmpty()) {
      return refuse(404, "no such path", "dial " + WireProtocol.PATH_PREFIX + "{tunnel-id}");
    }
    String instance = request.header(WireProtocol.INSTANCE).orElse("");
    if (!WireProtocol.INSTANCE_NAME.matcher(instance).matches()) {
      return refuse(
          400,
          "no valid " + WireProtocol.INSTANCE + " header",
          "send 1 to 128 of the characters A-Z a-z 0-9 . _ -");
    }
    return request
        .bearerToken()
        .map(token -> judge(request, tunnelId.get(), instance, token))
        .orElseGet(() -> unauthorized("no bearer token", tunnelId.get()));
  }

  /** Who asks. */
  private record Applicant(String tunnelId, String instance, String token, Object principal) {}

  private UpgradeDecision judge(
      UpgradeRequest request, String tunnelId, String instance, String token) {
    Verdict verdict = settings.authenticator().judge(tunnelId, token);
    if (verdict instanceof Accepted accepted) {
      return accept(request, new Applicant(tunnelId, instance, token, accepted.principal()));
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

  private UpgradeDecision accept(UpgradeRequest request, Applicant applicant) {
    Optional<String> wanted = request.header(WireProtocol.SESSION);
    if (wanted.isEmpty()) {
      return begin(applicant);
    }
    Optional<Long> received =
        request.header(WireProtocol.RECEIVED).flatMap(WireProtocol::byteCount);
    if (!SessionId.isValid(wanted.get()) || received.isEmpty()) {
      return refuse(
          400,
          "%s and %s make no sense".formatted(WireProtocol.SESSION, WireProtocol.RECEIVED),
          "send both as the wire protocol has them, or neither");
    }
    return sessions
        .find(new SessionId(wanted.get()), applicant.tunnelId, applicant.token)
        .map(session -> goOn(session, received.get(), applicant))
        .orElseGet(() -> begin(applicant));
  }

  /** The session's counts are its event loop's: the connection moves there before they are read. */
  private UpgradeDecision goOn(Session session, long peerReceived, Applicant applicant) {
    return new UpgradeDecision.Move(
        session.eventLoop(),
        () -> {
          if (!session.canReplayFrom(peerReceived)) {
            if (session.isConnected() && session.isBeyond(peerReceived)) {
              // A hop may hold a request back until its sender has long given it up.
              return refuse(
                  409,
                  "the session has gone on since this was asked",
                  "ask again, with what has been received by now");
            }
            session.close(
                CloseCause.PROTOCOL_ERROR,
                "the client says that it has received %d bytes".formatted(peerReceived));
            return begin(applicant);
          }
          session.release();
          return accept(
              session.id(),
              session.receivedBytes(),
              webSocket -> resume(webSocket, session, peerReceived));
        });
  }

  private UpgradeDecision begin(Applicant applicant) {
    if (draining) {
      return new UpgradeDecision.Refuse(
          503,
          "the server is shutting down",
          "dial again; a load balancer leads to another server",
          Map.of("Retry-After", "1"));
    }
    if (sessions.isFull(applicant.tunnelId)) {
      return new UpgradeDecision.Refuse(
          429,
          "%d tunnels are there under '%s'"
              .formatted(SessionTable.MAX_SESSIONS_PER_TUNNEL, applicant.tunnelId),
          "see whether its clients attach and fail in a loop; those that are gone leave in time",
          Map.of("Retry-After", "10"));
    }
    SessionId id = SessionId.random();
    return accept(id, 0, webSocket -> attach(webSocket, id, applicant));
  }

  private UpgradeDecision accept(
      SessionId id, long receivedBytes, Function<WebSocket, WebSocketListener> listen) {
    SessionLimits limits = settings.limits();
    return new UpgradeDecision.Accept(
        Map.of(
            WireProtocol.SESSION, id.value(),
            WireProtocol.RECEIVED, Long.toString(receivedBytes),
            WireProtocol.REPLAY_WINDOW, Integer.toString(limits.replayWindowBytes()),
            WireProtocol.MAX_MESSAGE, Integer.toString(limits.maxMessageBytes()),
            WireProtocol.HEARTBEAT, Long.toString(limits.heartbeat().toMillis())),
        new WebSocketSettings(true, limits.maxMessageBytes(), limits.heartbeat()),
        listen);
  }

  private WebSocketListener attach(WebSocket webSocket, SessionId id, Applicant applicant) {
    WebSocketCarrier carrier = new WebSocketCarrier(webSocket);
    Session session = new Session(id, settings.limits(), settings.resumeTimeout(), carrier);
    carrier.carry(session);
    session.observe(new Unproven(session));
    sessions.add(session, applicant.tunnelId, applicant.token);
    settings
        .onAttached()
        .accept(
            new Attachment(applicant.tunnelId, applicant.instance, applicant.principal, session));
    return carrier;
  }

  private static WebSocketListener resume(WebSocket webSocket, Session session, long peerReceived) {
    WebSocketCarrier carrier = new WebSocketCarrier(webSocket);
    carrier.carry(session);
    session.resume(carrier, peerReceived);
    return carrier;
  }

  private static UpgradeDecision refuse(int status, String error, String hint) {
    return new UpgradeDecision.Refuse(status, error, hint, Map.of());
  }
}
