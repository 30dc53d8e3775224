package dev.penstock.tunnel.websocket;

/** The peer broke RFC 6455; carries the close code with which the connection is to be failed. */
final class WebSocketException extends Exception {
  private static final long serialVersionUID = 1;

  private final int closeCode;

  WebSocketException(int closeCode, String message) {
    super(message);
    this.closeCode = closeCode;
  }

  int closeCode() {
    return closeCode;
  }

  static WebSocketException protocolError(String message) {
    return new WebSocketException(CloseCode.PROTOCOL_ERROR, message);
  }
}
