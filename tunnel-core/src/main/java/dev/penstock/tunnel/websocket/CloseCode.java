package dev.penstock.tunnel.websocket;

/** WebSocket close codes (RFC 6455 §7.4.1) that this layer itself sends or reports. */
public final class CloseCode {
  public static final int NORMAL = 1000;
  public static final int GOING_AWAY = 1001;
  public static final int PROTOCOL_ERROR = 1002;

  /** Reported when the peer's close frame carried no code. Never on the wire. */
  public static final int NO_STATUS = 1005;

  /** Reported when the connection ended without a close frame. Never on the wire. */
  public static final int ABNORMAL = 1006;

  public static final int INVALID_TEXT = 1007;

  /** The peer did what it may not do, by rules above RFC 6455. */
  public static final int POLICY_VIOLATION = 1008;

  public static final int MESSAGE_TOO_BIG = 1009;
  public static final int INTERNAL_ERROR = 1011;

  /** There is no room for the peer now. */
  public static final int TRY_AGAIN_LATER = 1013;

  /** Penstock's own: nothing was received for longer than the heartbeat allows. */
  public static final int HEARTBEAT_LOST = 4000;

  private CloseCode() {}

  /** Tells whether a peer may put {@code code} into a close frame (RFC 6455 §7.4). */
  static boolean isValidOnTheWire(int code) {
    boolean standard = code >= 1000 && code <= 1014;
    boolean reserved = code == 1004 || code == NO_STATUS || code == ABNORMAL;
    return (standard && !reserved) || (code >= 3000 && code <= 4999);
  }
}
