package dev.penstock.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What gRPC's builders promise holds in a tunnel. */
class GrpcFeaturesTest {
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("x-test", Metadata.ASCII_STRING_MARSHALLER);

  private final BytesService service = new BytesService();

  @Test
  void interceptor_seesTheCallersMetadata() throws Exception {
    AtomicReference<@Nullable String> seen = new AtomicReference<>();
    ServerServiceDefinition intercepted =
        ServerInterceptors.intercept(service.definition(), new MetadataReader(seen));
    try (TunnelFixture tunnel = new TunnelFixture(intercepted)) {
      Metadata headers = new Metadata();
      headers.put(KEY, "hello");
      ClientCalls.blockingUnaryCall(
          ClientInterceptors.intercept(
              tunnel.channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
          BytesService.ECHO,
          CallOptions.DEFAULT,
          new byte[1]);
      assertThat(seen.get()).isEqualTo("hello");
    }
  }

  @Test
  void compression_isNegotiatedEndToEnd() throws Exception {
    try (TunnelFixture tunnel = new TunnelFixture(service.definition())) {
      byte[] zeros = new byte[1_000_000];
      long before = tunnel.tunnel.stats().sentBytes();
      byte[] answer =
          ClientCalls.blockingUnaryCall(
              tunnel.channel,
              BytesService.ECHO,
              CallOptions.DEFAULT.withCompression("gzip"),
              zeros);
      assertThat(Arrays.equals(answer, zeros)).isTrue();
      assertThat(tunnel.tunnel.stats().sentBytes() - before).isLessThan(100_000);
    }
  }

  @Test
  void messageLimit_refusesLargerMessages() throws Exception {
    try (TunnelFixture tunnel = new TunnelFixture(service.definition())) {
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(
              () ->
                  ClientCalls.blockingUnaryCall(
                      tunnel.channel,
                      BytesService.ECHO,
                      CallOptions.DEFAULT,
                      new byte[5 * 1024 * 1024]))
          .satisfies(
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    }
  }

  @Test
  void metadataLimit_refusesLargerMetadata() throws Exception {
    try (TunnelFixture tunnel = new TunnelFixture(service.definition())) {
      Metadata headers = new Metadata();
      headers.put(KEY, "x".repeat(20_000));
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(
              () ->
                  ClientCalls.blockingUnaryCall(
                      ClientInterceptors.intercept(
                          tunnel.channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
                      BytesService.ECHO,
                      CallOptions.DEFAULT,
                      new byte[1]))
          .satisfies(e -> assertThat(e.getStatus().isOk()).isFalse());
      assertThat(echo(tunnel)).as("the tunnel lives on").hasSize(3);
    }
  }

  @Test
  void deadline_endsACallThatStalls() throws Exception {
    try (TunnelFixture tunnel = new TunnelFixture(service.definition())) {
      Recorder recorder = new Recorder();
      ClientCall<byte[], byte[]> call =
          tunnel.channel.newCall(
              BytesService.STREAM,
              CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS));
      recorder.start(call, BytesService.streamRequest(Long.MAX_VALUE / 2, 1), 1);
      assertThat(recorder.closed.get(30, TimeUnit.SECONDS).getCode())
          .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
      assertThat(echo(tunnel)).hasSize(3);
    }
  }

  @Test
  void cancellation_reachesTheServingSide() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    ServerServiceDefinition intercepted =
        ServerInterceptors.intercept(service.definition(), new CancellationWatch(cancelled));
    try (TunnelFixture tunnel = new TunnelFixture(intercepted)) {
      Recorder recorder = new Recorder();
      ClientCall<byte[], byte[]> call =
          tunnel.channel.newCall(BytesService.STREAM, CallOptions.DEFAULT);
      recorder.start(call, BytesService.streamRequest(Long.MAX_VALUE / 2, 1), 1);
      assertThat(recorder.first.await(30, TimeUnit.SECONDS)).isTrue();
      call.cancel("enough", null);
      assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void flowControl_stopsTheSenderOfAStalledReaderAndNobodyElse() throws Exception {
    TunnelOptions options = TunnelOptions.DEFAULTS.withStreamWindowBytes(256 * 1024);
    try (TunnelFixture tunnel = new TunnelFixture(service.definition(), options)) {
      Recorder stalled = new Recorder();
      ClientCall<byte[], byte[]> call =
          tunnel.channel.newCall(BytesService.STREAM, CallOptions.DEFAULT);
      stalled.start(call, BytesService.streamRequest(Long.MAX_VALUE / 2, 1), 1);
      assertThat(stalled.first.await(30, TimeUnit.SECONDS)).isTrue();
      long mebibytes = 64;
      Recorder running = new Recorder();
      ClientCall<byte[], byte[]> other =
          tunnel.channel.newCall(BytesService.STREAM, CallOptions.DEFAULT);
      running.start(other, BytesService.streamRequest(mebibytes << 20, 2), Integer.MAX_VALUE);
      assertThat(running.closed.get(60, TimeUnit.SECONDS)).isEqualTo(Status.OK);
      // The stalled one may fill its window and what gRPC queues before isReady() turns false.
      long stalledBytes = service.streamed.get() - (mebibytes << 20);
      assertThat(stalledBytes).isLessThan(256 * 1024 + 4L * BytesService.CHUNK_BYTES);
      call.cancel("enough", null);
    }
  }

  private static byte[] echo(TunnelFixture tunnel) {
    return ClientCalls.blockingUnaryCall(
        tunnel.channel, BytesService.ECHO, CallOptions.DEFAULT, new byte[3]);
  }

  private static final class Recorder extends ClientCall.Listener<byte[]> {
    final CountDownLatch first = new CountDownLatch(1);
    final CompletableFuture<Status> closed = new CompletableFuture<>();

    void start(ClientCall<byte[], byte[]> call, byte[] request, int messages) {
      call.start(this, new Metadata());
      call.request(messages);
      call.sendMessage(request);
      call.halfClose();
    }

    @Override
    public void onMessage(byte[] message) {
      first.countDown();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      closed.complete(status);
    }
  }

  private static final class MetadataReader implements ServerInterceptor {
    private final AtomicReference<@Nullable String> seen;

    MetadataReader(AtomicReference<@Nullable String> seen) {
      this.seen = seen;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      seen.set(headers.get(KEY));
      return next.startCall(call, headers);
    }
  }

  private static final class CancellationWatch implements ServerInterceptor {
    private final CountDownLatch cancelled;

    CancellationWatch(CountDownLatch cancelled) {
      this.cancelled = cancelled;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onCancel() {
          cancelled.countDown();
          super.onCancel();
        }
      };
    }
  }
}
