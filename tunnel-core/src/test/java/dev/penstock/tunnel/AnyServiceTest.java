package dev.penstock.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every kind of call goes through a tunnel as it goes through a TCP connection. */
class AnyServiceTest {
  private final BytesService service = new BytesService();

  @Test
  void unary_echoesEmptySmallAndLarge() throws Exception {
    try (TunnelFixture tunnel = new TunnelFixture(service.definition())) {
      for (int size : new int[] {0, 1, 125, 126, 65_535, 65_536, 131_072, 3_000_000}) {
        byte[] message = new byte[size];
        new Random(size).nextBytes(message);
        byte[] answer =
            ClientCalls.blockingUnaryCall(
                tunnel.channel, BytesService.ECHO, CallOptions.DEFAULT, message);
        assertThat(Arrays.equals(answer, message)).as("%s bytes", size).isTrue();
      }
    }
  }

  @Test
  void serverStreaming_deliversEveryByteInOrder() throws Exception {
    long total = 200L * 1024 * 1024 + 17;
    try (TunnelFixture tunnel = new TunnelFixture(service.definition())) {
      Iterator<byte[]> responses =
          ClientCalls.blockingServerStreamingCall(
              tunnel.channel,
              BytesService.STREAM,
              CallOptions.DEFAULT,
              BytesService.streamRequest(total, 42));
      long offset = 0;
      while (responses.hasNext()) {
        byte[] chunk = responses.next();
        if (offset % (1 << 22) == 0) { // generating is slow: every 64th is compared whole
          byte[] expected = BytesService.chunk(42, offset, chunk.length);
          assertThat(Arrays.equals(chunk, expected)).as("chunk at %s", offset).isTrue();
        }
        offset += chunk.length;
      }
      assertThat(offset).isEqualTo(total);
      assertThat(tunnel.tunnel.stats().receivedBytes()).isGreaterThan(total);
    }
  }

  @Test
  void bidi_answersEachMessageAndHalfCloses() throws Exception {
    try (TunnelFixture tunnel = new TunnelFixture(service.definition())) {
      Chat chat = new Chat();
      StreamObserver<byte[]> requests =
          ClientCalls.asyncBidiStreamingCall(
              tunnel.channel.newCall(BytesService.CHAT, CallOptions.DEFAULT), chat);
      for (int i = 1; i <= 100; i++) {
        byte[] message = BytesService.chunk(7, i, i * 1000);
        requests.onNext(message);
        assertThat(chat.events.poll(30, TimeUnit.SECONDS))
            .satisfies(
                event -> assertThat(Objects.deepEquals(event, message)).as("%s", event).isTrue());
      }
      requests.onCompleted();
      assertThat(chat.events.poll(30, TimeUnit.SECONDS)).isEqualTo("completed");
    }
  }

  private static final class Chat implements ClientResponseObserver<byte[], byte[]> {
    final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void beforeStart(ClientCallStreamObserver<byte[]> requestStream) {
      // Flow control is automatic here.
    }

    @Override
    public void onNext(byte[] message) {
      events.add(message);
    }

    @Override
    public void onError(Throwable t) {
      events.add(t);
    }

    @Override
    public void onCompleted() {
      events.add("completed");
    }
  }
}
