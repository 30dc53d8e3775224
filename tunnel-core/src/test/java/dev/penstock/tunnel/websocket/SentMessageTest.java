package dev.penstock.tunnel.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was sent can be had again as it was, from any octet on, masked or not. */
class SentMessageTest {
  @ParameterizedTest
  @CsvSource({
    "true, 1, 0",
    "false, 1, 0",
    "false, 9, 1",
    "false, 9, 8",
    "true, 9, 8",
    "false, 9, 9",
    "false, 125, 3",
    "false, 126, 2",
    "false, 65536, 65533",
    "false, 131072, 7",
    "true, 131072, 7",
  })
  void payload_comesBackFromAnyOctetOn(boolean accepting, int bytes, int from) {
    byte[] payload = new byte[bytes];
    new Random(bytes).nextBytes(payload);
    EmbeddedChannel channel = new EmbeddedChannel();
    WebSocket webSocket =
        new WebSocket(
            channel,
            new WebSocketSettings(accepting, 1 << 20, Duration.ofSeconds(20)),
            opened -> new RecordingListener());
    channel.pipeline().addLast(webSocket);

    SentMessage sent = webSocket.sendBinary(webSocket.allocate(bytes).writeBytes(payload));
    webSocket.flush();
    channel.releaseOutbound(); // the socket has taken it
    ByteBuf again = Unpooled.buffer();
    sent.copyTo(again, from);
    byte[] copy = new byte[again.readableBytes()];
    again.readBytes(copy);
    assertThat(sent.bytes()).isEqualTo(bytes);
    assertThat(copy).isEqualTo(Arrays.copyOfRange(payload, from, bytes));
    sent.release();
    channel.finishAndReleaseAll();
  }
}
