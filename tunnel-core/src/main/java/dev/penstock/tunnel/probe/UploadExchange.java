package dev.penstock.tunnel.probe;

import dev.penstock.tunnel.websocket.WebSocket;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Sends as fast as the line takes it, until all is sent or the time is up, and asks what of it has
 * arrived. Event loop only.
 */
final class UploadExchange extends Exchange<Throughput> {
  private static final String ANSWER = ProbeProtocol.RECEIVED + " ";

  private final long bytes;
  private final int messageBytes;
  private @Nullable WebSocket webSocket;
  private @Nullable Pour pour;
  private boolean overdue;

  UploadExchange(long bytes, int messageBytes) {
    this.bytes = bytes;
    this.messageBytes = messageBytes;
  }

  @Override
  void begin(WebSocket over) {
    webSocket = over;
    over.sendText(ProbeProtocol.RECEIVE);
    pour = new Pour(over, bytes, messageBytes, sent -> {}, this::askTotal);
    pour.run();
  }

  private void askTotal() {
    pour = null;
    Objects.requireNonNull(webSocket).sendText(ProbeProtocol.TOTAL);
  }

  @Override
  void onWritabilityChanged() {
    if (pour != null) {
      pour.run();
    }
  }

  @Override
  void onBinary(ByteBuf piece) {
    fail("the server echoes what it was told to receive");
  }

  @Override
  void onBinaryEnd() {
    fail("the server echoes what it was told to receive");
  }

  @Override
  void onText(String text) {
    if (!text.startsWith(ANSWER)) {
      return;
    }
    String count = text.substring(ANSWER.length());
    if (count.matches("[0-9]{1,18}") && Long.parseLong(count) <= bytes) {
      result().complete(new Throughput(Long.parseLong(count), Duration.ofNanos(elapsedNanos())));
    } else {
      fail("the server says that it received what is no count of what was sent");
    }
  }

  @Override
  boolean onTimeUp() {
    if (overdue) {
      result()
          .completeExceptionally(
              new TimeoutException("the server does not say how much has arrived"));
      return false;
    }
    overdue = true;
    if (pour != null) {
      pour.stop();
      askTotal();
    }
    return true;
  }
}
