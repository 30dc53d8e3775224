package dev.penstock.tunnel.websocket.dial;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.handler.codec.http.HttpResponse;
import java.io.ByteArrayOutputStream;

/** Collects the beginning of an answer that is no upgrade. Event loop only. */
final class AnswerBody {
  private final HttpResponse head;
  private final ResponseHeaders headers;
  private final int maxBytes;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  AnswerBody(HttpResponse head, ResponseHeaders headers, int maxBytes) {
    this.head = head;
    this.headers = headers;
    this.maxBytes = maxBytes;
  }

  /** Copies what still counts; {@code content} stays the caller's. */
  void add(ByteBuf content) {
    byte[] more = new byte[Math.min(content.readableBytes(), maxBytes - bytes.size())];
    content.getBytes(content.readerIndex(), more);
    bytes.writeBytes(more);
  }

  boolean isFull() {
    return bytes.size() >= maxBytes;
  }

  DialAnswer answer() {
    return new DialAnswer(
        head.status().code(),
        head.status().reasonPhrase(),
        head.protocolVersion().text(),
        headers,
        bytes.toString(UTF_8));
  }
}
