package dev.penstock.tunnel.session;

/**
 * Why a carrier or a tunnel ended: the one table from cause to WebSocket close code to gRPC status,
 * and to whether a session survives it.
 *
 * <p>The same table stands in {@code proto/README.md}; a test holds the two side by side. The gRPC
 * status is what calls in flight get; it is kept by number so that nothing below the channel layer
 * depends on gRPC.
 */
public enum CloseCause {
  /** The owner of the tunnel closed it. */
  CLOSED(1000, 14, true, "the tunnel was closed"),
  /** The other end of the connection, or a hop on the way, is going away. */
  GOING_AWAY(1001, 14, false, "the other end of the connection is going away"),
  /** The peer broke RFC 6455 or the wire protocol. */
  PROTOCOL_ERROR(1002, 13, true, "the peer broke the protocol"),
  /** A close frame without a code. Never sent. */
  NO_STATUS(1005, 14, false, "the peer closed without saying why"),
  /** The connection ended without a close frame. Never sent. */
  CONNECTION_LOST(1006, 14, false, "the connection was lost"),
  /** A text message that is not UTF-8. */
  INVALID_TEXT(1007, 13, true, "the peer sent text that is not UTF-8"),
  /** A message above the limit in force. */
  MESSAGE_TOO_BIG(1009, 13, true, "the peer sent a message above the limit"),
  /** A defect at the end that closed. */
  INTERNAL_ERROR(1011, 13, true, "an internal error"),
  /** Nothing was received, or nothing could be sent, for longer than the heartbeat allows. */
  HEARTBEAT_LOST(4000, 14, false, "the line was silent for longer than the heartbeat allows"),
  /** Another carrier has taken the session over. */
  SUPERSEDED(4001, 14, false, "another connection has taken over"),
  /** The process at the other end, or this one, is shutting down. */
  SHUTTING_DOWN(4002, 14, true, "the process is shutting down"),
  /** The acceptor did not know the session that was to be resumed. Never sent. */
  SESSION_UNKNOWN(4003, 14, true, "the server does not know the session any more"),
  /** A close code that this version does not know. Never sent. */
  OTHER(0, 14, false, "the peer closed for a reason unknown to this version");

  private final int closeCode;
  private final int grpcStatus;
  private final boolean endsSession;
  private final String description;

  CloseCause(int closeCode, int grpcStatus, boolean endsSession, String description) {
    this.closeCode = closeCode;
    this.grpcStatus = grpcStatus;
    this.endsSession = endsSession;
    this.description = description;
  }

  /** The cause behind a close code; {@link #OTHER} for one that a newer version may have added. */
  public static CloseCause ofCloseCode(int closeCode) {
    for (CloseCause cause : values()) {
      if (cause.closeCode == closeCode) {
        return cause;
      }
    }
    return OTHER;
  }

  /** WebSocket close code (RFC 6455 §7.4); 0 for {@link #OTHER}. */
  public int closeCode() {
    return closeCode;
  }

  /** gRPC status code, by number: 13 is INTERNAL, 14 is UNAVAILABLE. */
  public int grpcStatus() {
    return grpcStatus;
  }

  /** True when the session ends with the carrier; else it waits for the next carrier. */
  public boolean endsSession() {
    return endsSession;
  }

  /** True when a close frame may carry this cause. */
  public boolean isSent() {
    return switch (this) {
      case NO_STATUS, CONNECTION_LOST, SESSION_UNKNOWN, OTHER -> false;
      default -> true;
    };
  }

  public String description() {
    return description;
  }
}
