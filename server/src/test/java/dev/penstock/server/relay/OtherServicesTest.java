package dev.penstock.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.stream.RawMessage;
import dev.penstock.server.auth.CallerAuthentication;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherServicesTest {
  @TempDir Path temporary;
  private RelayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new RelayFixture(temporary);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    fixture.close();
    assertThat(fixture.relays.gauges().activeCalls().now()).isZero();
    assertThat(fixture.relays.gauges().unsentBytes().now()).isZero();
  }

  @Test
  void streamingCall_passesMessagesBothWays_halfClose_statusAndTrailers() throws Exception {
    try (Chat chat = new Chat("acme", CallOptions.DEFAULT)) {
      for (int round = 0; round < 100; round++) {
        byte[] sent = new byte[round * 9_973];
        Arrays.fill(sent, (byte) round);
        assertThat(chat.echoOf(sent)).isEqualTo(sent);
      }
      chat.call.halfClose();
      Status status = chat.status.get(30, TimeUnit.SECONDS);
      assertThat(status.getCode()).isEqualTo(Code.ALREADY_EXISTS);
      assertThat(status.getDescription()).isEqualTo("all echoed");
      assertThat(chat.trailers.join().get(EchoService.COLOUR)).isEqualTo("trailer");
    }
  }

  @Test
  void metadata_passes_butForTheCredential_andNamesTheCaller() throws Exception {
    try (Chat chat = new Chat("acme", CallOptions.DEFAULT)) {
      Metadata received = fixture.echo.received.poll(30, TimeUnit.SECONDS);
      assertThat(received.get(EchoService.COLOUR)).isEqualTo("caller's");
      assertThat(received.get(RelayHeaders.CALLER)).isEqualTo("scanner");
      assertThat(received.getAll(RelayHeaders.CALLER)).hasSize(1);
      assertThat(received.get(CallerAuthentication.AUTHORIZATION)).isNull();
      assertThat(received.get(RelayHeaders.TUNNEL)).isNull();
      assertThat(chat.headers.get(30, TimeUnit.SECONDS).get(EchoService.COLOUR))
          .isEqualTo("header");
    }
  }

  @Test
  void cancellation_passes() throws Exception {
    Chat chat = new Chat("acme", CallOptions.DEFAULT);
    assertThat(chat.echoOf(new byte[] {1})).isEqualTo(new byte[] {1});
    chat.close();
    assertThat(fixture.echo.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void serviceThatStopsReading_stopsItsCaller() throws Exception {
    byte[] message = new byte[64 << 10];
    fixture.echo.reading = false;
    try (Chat stalled = new Chat("acme", CallOptions.DEFAULT)) {
      assertThat(stalled.echoOf(message)).isEqualTo(message);
      fixture.echo.reading = true;
      long sentBytes = 0;
      // The other call is the clock: 10 MB went through it while the stalled one took what it
      // could.
      try (Chat clock = new Chat("acme", CallOptions.DEFAULT)) {
        for (int round = 0; round < 160; round++) {
          assertThat(clock.echoOf(message)).isEqualTo(message);
          if (stalled.call.isReady()) {
            stalled.call.sendMessage(RawMessage.of(List.of(ByteBuffer.wrap(message))));
            sentBytes += message.length;
          }
        }
      }
      assertThat(stalled.call.isReady()).isFalse();
      assertThat(sentBytes)
          .isPositive()
          .isLessThan(2L * RelayFixture.WINDOW_BYTES + RelayLimits.CALLER_READY_BYTES + (1 << 20));
    }
  }

  @Test
  void deadline_passes() throws Exception {
    try (Chat chat =
        new Chat("acme", CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS))) {
      assertThat(chat.status.get(30, TimeUnit.SECONDS).getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
      assertThat(fixture.echo.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void noTunnelNamed_isUnimplemented_andSaysHow() throws Exception {
    try (Chat chat = new Chat(null, CallOptions.DEFAULT)) {
      Status status = chat.status.get(30, TimeUnit.SECONDS);
      assertThat(status.getCode()).isEqualTo(Code.UNIMPLEMENTED);
      assertThat(status.getDescription()).contains("test.Echo/Chat", "penstock-tunnel");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"absent", "beta", "Not an id"})
  void routing_isThatOfTheRegistry(String tunnel) throws Exception {
    Code expected =
        switch (tunnel) {
          case "absent" -> Code.UNAVAILABLE;
          case "beta" -> Code.PERMISSION_DENIED;
          default -> Code.INVALID_ARGUMENT;
        };
    try (Chat chat = new Chat(tunnel, CallOptions.DEFAULT)) {
      assertThat(chat.status.get(30, TimeUnit.SECONDS).getCode()).isEqualTo(expected);
    }
  }

  /** A call of the echo service. */
  private final class Chat extends ClientCall.Listener<RawMessage> implements AutoCloseable {
    final CompletableFuture<Metadata> headers = new CompletableFuture<>();
    final CompletableFuture<Status> status = new CompletableFuture<>();
    final CompletableFuture<Metadata> trailers = new CompletableFuture<>();
    final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    final ClientCall<RawMessage, RawMessage> call;

    Chat(@Nullable String tunnel, CallOptions options) {
      Metadata request = new Metadata();
      request.put(EchoService.COLOUR, "caller's");
      request.put(RelayHeaders.CALLER, "somebody-else");
      if (tunnel != null) {
        request.put(RelayHeaders.TUNNEL, tunnel);
      }
      call = fixture.scanner.newCall(EchoService.METHOD, options);
      call.start(this, request);
      call.request(1);
    }

    byte[] echoOf(byte[] bytes) throws InterruptedException {
      call.sendMessage(RawMessage.of(List.of(ByteBuffer.wrap(bytes))));
      return answers.poll(30, TimeUnit.SECONDS);
    }

    @Override
    public void onHeaders(Metadata received) {
      headers.complete(received);
    }

    @Override
    public void onMessage(RawMessage message) {
      try (message) {
        answers.add(RequestFields.bytes(message));
      }
      call.request(1);
    }

    @Override
    public void onClose(Status ended, Metadata received) {
      trailers.complete(received);
      status.complete(ended);
    }

    @Override
    public void close() {
      call.cancel("test over", null);
    }
  }
}
