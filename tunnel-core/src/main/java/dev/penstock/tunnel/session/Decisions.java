package dev.penstock.tunnel.session;

import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.WebSocketSettings;
import dev.penstock.tunnel.websocket.accept.Subprotocol;
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
final class Decisions implements Subprotocol {
  private final SessionAcceptor.Settings settings;
  private final Admission admission;
  private final SessionTable sessions = new SessionTable();

  // Written by whoever shuts down, read by event loops.
  private volatile boolean draining;

  Decisions(SessionAcceptor.Settings settings) {
    this.settings = settings;
    this.admission = new Admission(settings.authenticator());
  }

  /** From now on no new session begins. Any thread. */
  void drain() {
    draining = true;
  }

  @Override
  public String name() {
    return WireProtocol.SUBPROTOCOL;
  }

  @Override
  public UpgradeDecision decide(UpgradeRequest request) {
    return admission.admit(request, applicant -> named(request, applicant));
  }

  /** A client, as opposed to the tunnel id that several may share. */
  private record Client(Applicant applicant, String instance) {
    String tunnelId() {
      return applicant.tunnelId();
    }
  }

  private UpgradeDecision named(UpgradeRequest request, Applicant applicant) {
    String instance = request.header(WireProtocol.INSTANCE).orElse("");
    if (!WireProtocol.INSTANCE_NAME.matcher(instance).matches()) {
      return refuse(
          400,
          "no valid " + WireProtocol.INSTANCE + " header",
          "send 1 to 128 of the characters A-Z a-z 0-9 . _ -");
    }
    return AskedLimits.decide(
        request,
        settings.limits(),
        limits -> accept(request, new Client(applicant, instance), limits));
  }

  private UpgradeDecision accept(UpgradeRequest request, Client client, SessionLimits limits) {
    Optional<String> wanted = request.header(WireProtocol.SESSION);
    if (wanted.isEmpty()) {
      return begin(client, limits);
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
        .find(new SessionId(wanted.get()), client.tunnelId(), client.applicant.token())
        .map(session -> goOn(session, received.get(), client, limits))
        .orElseGet(() -> begin(client, limits));
  }

  /** The session's counts are its event loop's: the connection moves there before they are read. */
  private UpgradeDecision goOn(
      Session session, long peerReceived, Client client, SessionLimits limits) {
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
            return begin(client, limits);
          }
          session.release();
          return accept(
              session.id(),
              session.receivedBytes(),
              session.limits(), // those with which it began; what is asked for now comes too late
              webSocket -> resume(webSocket, session, peerReceived));
        });
  }

  private UpgradeDecision begin(Client client, SessionLimits limits) {
    if (draining) {
      return new UpgradeDecision.Refuse(
          503,
          "the server is shutting down",
          "dial again; a load balancer leads to another server",
          Map.of("Retry-After", "1"));
    }
    if (sessions.isFull(client.tunnelId())) {
      return new UpgradeDecision.Refuse(
          429,
          "%d tunnels are there under '%s'"
              .formatted(SessionTable.MAX_SESSIONS_PER_TUNNEL, client.tunnelId()),
          "see whether its clients attach and fail in a loop; those that are gone leave in time",
          Map.of("Retry-After", "10"));
    }
    SessionId id = SessionId.random();
    return accept(id, 0, limits, webSocket -> attach(webSocket, id, client, limits));
  }

  private UpgradeDecision accept(
      SessionId id,
      long receivedBytes,
      SessionLimits limits,
      Function<WebSocket, WebSocketListener> listen) {
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

  private WebSocketListener attach(
      WebSocket webSocket, SessionId id, Client client, SessionLimits limits) {
    WebSocketCarrier carrier = new WebSocketCarrier(webSocket);
    Session session = new Session(id, limits, settings.resumeTimeout(), carrier);
    carrier.carry(session);
    session.observe(new Unproven(session));
    Applicant applicant = client.applicant;
    sessions.add(session, applicant.tunnelId(), applicant.token());
    settings
        .onAttached()
        .accept(
            new Attachment(applicant.tunnelId(), client.instance, applicant.principal(), session));
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
