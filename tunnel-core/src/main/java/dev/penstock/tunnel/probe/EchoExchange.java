package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.websocket.WebSocket;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;

/** One message there and back; what comes back is compared. Event loop only. */
final class EchoExchange extends Exchange<Duration> {
  private final byte[] sent;
  private int returned;

  EchoExchange(int bytes) {
    sent = new byte[bytes];
    new SplittableRandom().nextBytes(sent);
  }

  @Override
  void begin(WebSocket webSocket) {
    webSocket.sendBinary(webSocket.allocate(sent.length).writeBytes(sent)).release();
    webSocket.flush();
  }

  @Override
  void onBinary(ByteBuf piece) {
    byte[] bytes = new byte[piece.readableBytes()];
    piece.readBytes(bytes);
    int end = returned + bytes.length;
    if (end > sent.length || !Arrays.equals(sent, returned, end, bytes, 0, bytes.length)) {
      fail("the echo of %d bytes came back changed after byte %d".formatted(sent.length, returned));
    }
    returned = end;
  }

  @Override
  void onBinaryEnd() {
    if (returned < sent.length) {
      fail("the echo of %d bytes came back with %d".formatted(sent.length, returned));
    } else {
      result().complete(Duration.ofNanos(elapsedNanos()));
    }
  }

  @Override
  void onText(String text) {
    // Of another version: not for us.
  }

  @Override
  boolean onTimeUp() {
    result()
        .completeExceptionally(
            new TimeoutException(
                "no echo of %d bytes: %d came back in time".formatted(sent.length, returned)));
    return false;
  }
}
