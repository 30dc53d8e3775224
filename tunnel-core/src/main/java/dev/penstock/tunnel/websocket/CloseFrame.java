package dev.penstock.tunnel.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * The payload of a close frame (RFC 6455 §5.5.1): a code of two bytes and a reason in UTF-8.
 *
 * @param code {@link CloseCode#NO_STATUS} for an empty payload
 */
record CloseFrame(int code, String reason) {
  private static final int MAX_REASON_BYTES = 123;

  /** The payload, with the reason cut where it would be too long, between two characters. */
  byte[] payload() {
    byte[] text = reason.getBytes(UTF_8);
    int length = Math.min(text.length, MAX_REASON_BYTES);
    while (length < text.length && length > 0 && isContinuation(text[length])) {
      length--;
    }
    return ByteBuffer.allocate(Short.BYTES + length)
        .putShort((short) code)
        .put(text, 0, length)
        .array();
  }

  /** Reads what a peer sent. */
  static CloseFrame parse(byte[] payload) throws WebSocketException {
    if (payload.length == 0) {
      return new CloseFrame(CloseCode.NO_STATUS, "");
    }
    int code = payload.length == 1 ? 0 : Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort());
    if (!CloseCode.isValidOnTheWire(code)) {
      throw WebSocketException.protocolError("close code " + code + " must not be sent");
    }
    return new CloseFrame(code, Utf8.decode(payload, Short.BYTES));
  }

  private static boolean isContinuation(byte octet) {
    return (octet & 0xc0) == 0x80;
  }
}
