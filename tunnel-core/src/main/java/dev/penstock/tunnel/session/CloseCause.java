package dev.penstock.tunnel.session;

/**
 * Why a carrier or a tunnel ended: the one table from cause to WebSocket close code to gRPC status.
 *
 * <p>The same table stands in {@code proto/README.md}; a test holds the two side by side. The gRPC
 * status is what calls in flight get; it is kept by number so that nothing below the channel layer
 * depends on gRPC.
 */
public enum CloseCause {
  /** The owner of the tunnel closed it. */
  CLOSED(1000, 14, "the tunnel was closed"),
  /** The process at the other end, or this one, is shutting down. */
  GOING_AWAY(1001, 14, "the process is shutting down"),
  /** The peer broke RFC 6455 or the wire protocol. */
  PROTOCOL_ERROR(1002, 13, "the peer broke the protocol"),
  /** A close frame without a code. Never sent. */
  NO_STATUS(1005, 14, "the peer closed without saying why"),
  /** The connection ended without a close frame. Never sent. */
  CONNECTION_LOST(1006, 14, "the connection was lost"),
  /** A text message that is not UTF-8. */
  INVALID_TEXT(1007, 13, "the peer sent text that is not UTF-8"),
  /** A message above the limit in force. */
  MESSAGE_TOO_BIG(1009, 13, "the peer sent a message above the limit"),
  /** A defect at the end that closed. */
  INTERNAL_ERROR(1011, 13, "an internal error"),
  /** Nothing was received for longer than the heartbeat allows. */
  HEARTBEAT_LOST(4000, 14, "nothing was received for longer than the heartbeat allows"),
  /** A close code that this version does not know. Never sent. */
  OTHER(0, 14, "the peer closed for a reason unknown to this version");

  private final int closeCode;
  private final int grpcStatus;
  private final String description;

  CloseCause(int closeCode, int grpcStatus, String description) {
    this.closeCode = closeCode;
    this.grpcStatus = grpcStatus;
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

  /** True when a close frame may carry this cause. */
  public boolean isSent() {
    return closeCode != 0 && this != NO_STATUS && this != CONNECTION_LOST;
  }

  public String description() {
    return description;
  }
}
