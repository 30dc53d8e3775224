package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.websocket.WebSocket;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Has the server send, until all has come or the time is up. Event loop only. */
final class DownloadExchange extends Exchange<Throughput> {
  private final long bytes;
  private final int messageBytes;
  private long received;

  DownloadExchange(long bytes, int messageBytes) {
    this.bytes = bytes;
    this.messageBytes = messageBytes;
  }

  @Override
  void begin(WebSocket webSocket) {
    webSocket.sendText("%s %d %d".formatted(ProbeProtocol.SEND, bytes, messageBytes));
  }

  @Override
  void onBinary(ByteBuf piece) {
    received += piece.readableBytes();
    if (received > bytes) {
      fail("of %d bytes that were asked for %d came already".formatted(bytes, received));
    }
  }

  @Override
  void onBinaryEnd() {
    // Only what comes in all counts.
  }

  @Override
  void onText(String text) {
    if (!text.startsWith(ProbeProtocol.SENT + " ")) {
      return;
    }
    if (received == bytes) {
      result().complete(soFar());
    } else {
      fail("of %d bytes that the server sent %d arrived".formatted(bytes, received));
    }
  }

  @Override
  boolean onTimeUp() {
    if (received > 0) {
      result().complete(soFar());
    } else {
      result().completeExceptionally(new TimeoutException("nothing came of what was asked for"));
    }
    return false;
  }

  private Throughput soFar() {
    return new Throughput(received, Duration.ofNanos(elapsedNanos()));
  }
}
