package dev.penstock.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.InputStream;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each setting of the two builders has in a tunnel the effect that gRPC gives it. */
class BuilderSettingsTest {
  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("x-test", Metadata.ASCII_STRING_MARSHALLER);

  private final BytesService service = new BytesService();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  @Test
  void executors_runTheService_andTheCallbacks() throws Exception {
    Executor serving = task -> named("serving", task);
    Executor calling = task -> named("calling", task);
    UnaryOperator<TunnelServerBuilder> server =
        builder -> builder.executor(serving).intercept(new NotesThread());
    try (TunnelFixture tunnel = fixture(server, builder -> builder.executor(calling))) {
      Echo echo = new Echo();
      ClientCall<byte[], byte[]> call =
          tunnel.channel.newCall(BytesService.ECHO, CallOptions.DEFAULT);
      call.start(echo, new Metadata());
      call.request(1);
      call.sendMessage(new byte[1]);
      call.halfClose();
      assertThat(echo.done.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(seen).contains("server on serving", "caller on calling");
    }
  }

  @Test
  void interceptors_ofBothBuilders_seeTheCall() throws Exception {
    UnaryOperator<TunnelServerBuilder> server = builder -> builder.intercept(new NotesThread());
    try (TunnelFixture tunnel = fixture(server, builder -> builder.intercept(new NotesMethod()))) {
      assertThat(call(tunnel, new byte[1], new Metadata())).isEqualTo(Code.OK);
      assertThat(seen).contains("intercepted test.Bytes/Echo").hasSize(2);
    }
  }

  @Test
  void messageLimits_holdOnBothSides() throws Exception {
    try (TunnelFixture tunnel =
        fixture(builder -> builder.maxInboundMessageSize(1000), builder -> builder)) {
      assertThat(call(tunnel, new byte[1000], new Metadata())).isEqualTo(Code.OK);
      assertThat(call(tunnel, new byte[1001], new Metadata())).isEqualTo(Code.RESOURCE_EXHAUSTED);
    }
    try (TunnelFixture tunnel =
        fixture(builder -> builder, builder -> builder.maxInboundMessageSize(1000))) {
      assertThat(call(tunnel, new byte[1000], new Metadata())).isEqualTo(Code.OK);
      assertThat(call(tunnel, new byte[1001], new Metadata())).isEqualTo(Code.RESOURCE_EXHAUSTED);
    }
  }

  @Test
  void metadataLimit_refusesMoreAndTakesLess() throws Exception {
    try (TunnelFixture tunnel =
        fixture(builder -> builder.maxInboundMetadataSize(2000), builder -> builder)) {
      assertThat(call(tunnel, new byte[1], metadata(500))).isEqualTo(Code.OK);
      assertThat(call(tunnel, new byte[1], metadata(5000))).isNotEqualTo(Code.OK);
      assertThat(call(tunnel, new byte[1], metadata(500))).isEqualTo(Code.OK);
    }
    try (TunnelFixture tunnel =
        fixture(builder -> builder.maxInboundMetadataSize(20_000), builder -> builder)) {
      assertThat(call(tunnel, new byte[1], metadata(10_000))).isEqualTo(Code.OK);
    }
  }

  @Test
  void settingsThatWouldBreakATunnel_areRefused() throws Exception {
    TunnelDialer dialer = TunnelDialer.builder(URI.create("ws://127.0.0.1:1"), "acme").build();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(
            () ->
                TunnelServerBuilder.forDialer(dialer)
                    .useTransportSecurity(
                        InputStream.nullInputStream(), InputStream.nullInputStream()))
        .withMessageContaining("wss://");
    UnaryOperator<TunnelChannelBuilder> calling =
        builder -> {
          refuses(builder::useTransportSecurity);
          refuses(() -> builder.idleTimeout(1, TimeUnit.MINUTES));
          return builder;
        };
    try (TunnelFixture tunnel = fixture(builder -> builder, calling)) {
      assertThat(call(tunnel, new byte[1], new Metadata())).isEqualTo(Code.OK);
      assertThat(seen).containsExactly("refused");
    }
  }

  private TunnelFixture fixture(
      UnaryOperator<TunnelServerBuilder> serving, UnaryOperator<TunnelChannelBuilder> calling)
      throws Exception {
    return new TunnelFixture(service.definition(), TunnelOptions.DEFAULTS, serving, calling);
  }

  private void refuses(Runnable setting) {
    try {
      setting.run();
      seen.add("accepted");
    } catch (UnsupportedOperationException e) {
      seen.add("refused");
    }
  }

  private static Code call(TunnelFixture tunnel, byte[] message, Metadata headers) {
    try {
      byte[] answer =
          ClientCalls.blockingUnaryCall(
              ClientInterceptors.intercept(
                  tunnel.channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
              BytesService.ECHO,
              CallOptions.DEFAULT,
              message);
      assertThat(answer).hasSameSizeAs(message);
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static Metadata metadata(int bytes) {
    Metadata metadata = new Metadata();
    metadata.put(KEY, "x".repeat(bytes));
    return metadata;
  }

  /** Runs a task on a thread that has a name. */
  private static void named(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private final class Echo extends ClientCall.Listener<byte[]> {
    final CountDownLatch done = new CountDownLatch(1);

    @Override
    public void onClose(Status status, Metadata trailers) {
      seen.add("caller on " + Thread.currentThread().getName());
      done.countDown();
    }
  }

  private final class NotesThread implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      seen.add("server on " + Thread.currentThread().getName());
      return next.startCall(call, headers);
    }
  }

  private final class NotesMethod implements ClientInterceptor {
    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      seen.add("intercepted " + method.getFullMethodName());
      return next.newCall(method, options);
    }
  }
}
