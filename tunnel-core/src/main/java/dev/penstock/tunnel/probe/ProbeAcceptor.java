package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.session.Admission;
import dev.penstock.tunnel.session.Applicant;
import dev.penstock.tunnel.session.AskedLimits;
import dev.penstock.tunnel.session.SessionLimits;
import dev.penstock.tunnel.session.TunnelAuthenticator;
import dev.penstock.tunnel.session.WireProtocol;
import dev.penstock.tunnel.websocket.CloseCode;
import dev.penstock.tunnel.websocket.WebSocket;
import dev.penstock.tunnel.websocket.WebSocketListener;
import dev.penstock.tunnel.websocket.accept.Subprotocol;
import dev.penstock.tunnel.websocket.accept.UpgradeDecision;
import dev.penstock.tunnel.websocket.accept.UpgradeRequest;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts probes ({@code proto/README.md}) where tunnels are accepted, from whom a tunnel would be.
 *
 * <p>It is bounded in all that a probe can take: 32 for a tunnel id and 256 in all, each for 2 h
 * and 256 MiB at most. Any thread.
 */
public final class ProbeAcceptor implements Subprotocol {
  private static final Logger log = LoggerFactory.getLogger(ProbeAcceptor.class);
  private static final String RETRY_SECONDS = "10";
  private static final String GOING_AWAY = "the server is shutting down";

  private final Admission admission;
  private final SessionLimits limits;
  private final ProbeTable table = new ProbeTable();

  /** Volatile: written by whoever shuts down, read by event loops. */
  private volatile boolean draining;

  /**
   * @param limits those of a tunnel, which the answer states
   */
  public ProbeAcceptor(TunnelAuthenticator authenticator, SessionLimits limits) {
    this.admission = new Admission(authenticator);
    this.limits = limits;
  }

  @Override
  public String name() {
    return ProbeProtocol.SUBPROTOCOL;
  }

  @Override
  public UpgradeDecision decide(UpgradeRequest request) {
    return admission.admit(
        request,
        applicant ->
            AskedLimits.decide(request, limits, inForce -> open(request, applicant, inForce)));
  }

  /** Ends those that are open; more are not accepted. */
  public void drain() {
    draining = true;
    table.all().forEach(probe -> probe.end(CloseCode.GOING_AWAY, GOING_AWAY));
  }

  /** Ends those whose token is not in force any more. */
  public void closeWithdrawn() {
    table.all().forEach(this::closeIfWithdrawn);
  }

  /** What there has been, until now. */
  public ProbeCounts counts() {
    return table.counts();
  }

  private UpgradeDecision open(UpgradeRequest request, Applicant applicant, SessionLimits inForce) {
    if (draining) {
      return new UpgradeDecision.Refuse(
          503, GOING_AWAY, "probe again; a load balancer leads to another server", retryIn("1"));
    }
    return table
        .full(applicant.tunnelId())
        .<UpgradeDecision>map(
            full ->
                new UpgradeDecision.Refuse(
                    429,
                    full,
                    "wait until others have ended; see whether a doctor runs in a loop",
                    retryIn(RETRY_SECONDS)))
        .orElseGet(() -> accept(request, applicant, inForce));
  }

  private static Map<String, String> retryIn(String seconds) {
    return Map.of("Retry-After", seconds);
  }

  private UpgradeDecision accept(
      UpgradeRequest request, Applicant applicant, SessionLimits inForce) {
    return new UpgradeDecision.Accept(
        Map.of(
            WireProtocol.MAX_MESSAGE, Integer.toString(inForce.maxMessageBytes()),
            WireProtocol.HEARTBEAT, Long.toString(inForce.heartbeat().toMillis())),
        ProbeProtocol.accepting(),
        webSocket -> listen(webSocket, request, applicant));
  }

  private WebSocketListener listen(
      WebSocket webSocket, UpgradeRequest request, Applicant applicant) {
    AcceptedProbe probe = new AcceptedProbe(webSocket, applicant, table);
    if (!table.add(probe)) {
      // Others came while this one was decided upon.
      probe.end(CloseCode.TRY_AGAIN_LATER, "too many probes are open");
      return probe;
    }
    log.info("probe of tunnel '{}' from {} open", applicant.tunnelId(), webSocket.remoteAddress());
    String arrived = request.arrived().toJson();
    // Later: the WebSocket is just being made.
    webSocket.eventLoop().execute(() -> probe.begin(arrived));
    closeIfWithdrawn(probe);
    if (draining) {
      probe.end(CloseCode.GOING_AWAY, GOING_AWAY);
    }
    return probe;
  }

  private void closeIfWithdrawn(AcceptedProbe probe) {
    if (!admission.isInForce(probe.principal())) {
      probe.end(CloseCode.POLICY_VIOLATION, "its token was withdrawn");
    }
  }
}
