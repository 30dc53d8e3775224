package dev.penstock.tunnel.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8, as RFC 6455 §8.1 demands: what is malformed fails the connection. */
final class Utf8 {
  private Utf8() {}

  static String decode(byte[] bytes, int offset) throws WebSocketException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, offset, bytes.length - offset))
          .toString();
    } catch (CharacterCodingException e) {
      throw new WebSocketException(CloseCode.INVALID_TEXT, "text that is not UTF-8");
    }
  }
}
