package dev.penstock.tunnel.websocket.accept;

import io.grpc.netty.shaded.io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.grpc.netty.shaded.io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Map;

/** The refusals of this layer itself; those about paths and tokens come from the decision. */
final class Refusals {
  static final UpgradeDecision.Refuse NOT_AN_UPGRADE =
      new UpgradeDecision.Refuse(
          426,
          "not a WebSocket upgrade that this port takes",
          "if a Penstock client sent this, a hop in between removed what is missing; "
              + "let it pass Upgrade and Connection over HTTP/1.1",
          Map.of("Upgrade", "websocket", "Sec-WebSocket-Version", "13"));

  static final UpgradeDecision.Refuse IMPROPER =
      refusal(
          400,
          "a WebSocket upgrade that this port does not take",
          "send what is missing (RFC 6455 §4.1); if a Penstock client sent this, a hop in between"
              + " changed it");

  static final UpgradeDecision.Refuse DEFECT =
      refusal(500, "an internal error", "see the server's log, and try again later");

  private static final String RFC = "send a WebSocket upgrade over HTTP/1.1 (RFC 6455 §4.1)";

  private Refusals() {}

  /** The request could not be parsed; the parser's words may repeat secrets, so they stay here. */
  static UpgradeDecision.Refuse unreadable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return refusal(414, "the request line is too long", RFC);
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return refusal(431, "the request headers are too large", "drop cookies and other ballast");
    }
    return refusal(400, "not a proper HTTP/1.1 request", RFC);
  }

  private static UpgradeDecision.Refuse refusal(int status, String error, String hint) {
    return new UpgradeDecision.Refuse(status, error, hint, Map.of());
  }
}
