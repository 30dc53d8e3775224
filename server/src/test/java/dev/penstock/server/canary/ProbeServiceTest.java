package dev.penstock.server.canary;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.ProbeGrpc;
import dev.penstock.probe.v1.Stage;
import dev.penstock.server.access.AccessLog;
import dev.penstock.server.access.AccessRecord;
import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.auth.TokenFile;
import dev.penstock.server.auth.Tokens;
import dev.penstock.server.digest.DigestPool;
import dev.penstock.server.directory.AttachedClient;
import dev.penstock.server.directory.TunnelDirectory;
import dev.penstock.server.relay.RelayOptions;
import dev.penstock.server.relay.Relays;
import dev.penstock.server.route.RouteOptions;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service between real gRPC ends on loopback, with a connection where the tunnel would be. */
@Timeout(60)
class ProbeServiceTest {
  private static final Metadata.Key<String> CALLER =
      Metadata.Key.of("penstock-caller", Metadata.ASCII_STRING_MARSHALLER);
  private static final RelayOptions OPTIONS =
      new RelayOptions(
          new RouteOptions(Duration.ofMillis(200), 10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30));

  private final TunnelDirectory directory = new TunnelDirectory(100);
  private final DigestPool digests = new DigestPool(1);
  private final Relays relays = new Relays(directory, digests, OPTIONS);
  private final BlockingQueue<AccessRecord> records = new LinkedBlockingQueue<>();
  private final BlockingQueue<Metadata> received = new LinkedBlockingQueue<>();
  private final List<Server> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final FakeClient client = new FakeClient();
  private Tokens tokens;
  private AttachedClient acme;
  private ProbeGrpc.ProbeBlockingStub caller;
  private ManagedChannel api;
  private Metadata authorization;

  @BeforeEach
  void start(@TempDir Path directoryOfTokens) throws IOException {
    Path file = directoryOfTokens.resolve("tokens");
    String secret = TokenFile.createCallerToken(file, "scanner", Set.of("acme", "absent", "old"));
    tokens = Tokens.open(file);
    acme = attach("acme", client);
    attach("old", new NothingKnown());
    Server server =
        NettyServerBuilder.forAddress(loopback())
            .directExecutor()
            .intercept(new CallerAuthentication(tokens))
            .intercept(new AccessLog(records::add))
            .addService(new ProbeService(relays.router()))
            .build()
            .start();
    servers.add(server);
    api = channelTo(server.getListenSockets().get(0));
    authorization = new Metadata();
    authorization.put(CallerAuthentication.AUTHORIZATION, "Bearer " + secret);
    caller = stub(authorization);
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (ManagedChannel channel : channels) {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
    for (Server server : servers) {
      server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
    relays.close();
    digests.close();
    tokens.close();
  }

  private AttachedClient attach(String tunnel, BindableService service) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(loopback())
            .intercept(keeping(received))
            .addService(service)
            .build()
            .start();
    servers.add(server);
    return directory.attach(tunnel, tunnel + "/one", channelTo(server.getListenSockets().get(0)));
  }

  private static ServerInterceptor keeping(BlockingQueue<Metadata> received) {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        received.add(headers);
        return next.startCall(call, headers);
      }
    };
  }

  private ProbeGrpc.ProbeBlockingStub stub(Metadata headers) {
    return ProbeGrpc.newBlockingStub(api)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private ManagedChannel channelTo(SocketAddress address) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address)
            .directExecutor()
            .disableRetry()
            .usePlaintext()
            .build();
    channels.add(channel);
    return channel;
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static EchoRequest to(String tunnel) {
    return EchoRequest.newBuilder()
        .setTunnel(tunnel)
        .setPayload(ByteString.copyFromUtf8("payload"))
        .build();
  }

  private static Status endOf(ProbeGrpc.ProbeBlockingStub caller, EchoRequest request) {
    try {
      return Status.OK.withDescription(caller.echo(request).toString());
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  private AccessRecord record() throws InterruptedException {
    return Objects.requireNonNull(records.poll(20, TimeUnit.SECONDS), "no line of the log");
  }

  @Test
  void echo_comesBackWithTimesThatContainOneAnother_andOneLineOfTheLog() throws Exception {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER), "nightly/7");
    headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), "t");
    EchoResponse answer =
        caller
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .echo(to("acme"));
    assertThat(answer.getPayload().toStringUtf8()).isEqualTo("payload");
    assertThat(answer.getClient()).isEqualTo("acme/one");
    assertThat(answer.getStagesList())
        .extracting(Stage::getWho)
        .containsExactly("client", "tunnel", "server");
    assertThat(answer.getStagesList()).extracting(Stage::getDurationMicros).isSorted();
    Metadata atClient = received.remove();
    assertThat(atClient.get(CALLER)).isEqualTo("scanner");
    assertThat(atClient.containsKey(CallerAuthentication.AUTHORIZATION)).isFalse();
    assertThat(atClient.get(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER)))
        .isEqualTo("t");
    AccessRecord line = record();
    assertThat(line.toString())
        .startsWith(
            "request_id=nightly/7 caller=scanner tunnel=acme method=penstock.probe.v1.Probe/Echo ")
        .contains(" code=OK legs=1");
    assertThat(line.deliveredBytes()).isEqualTo(answer.getSerializedSize());
    assertThat(acme.calls()).isZero();
  }

  @Test
  void callersWithoutTheRight_areRefusedAsInAllElse() {
    assertThat(endOf(stub(new Metadata()), to("acme")).getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(endOf(caller, to("beta")).getDescription())
        .startsWith("caller 'scanner' may not use tunnel 'beta'");
    assertThat(endOf(caller, to("")).getDescription()).startsWith("the request names no tunnel");
    assertThat(received).isEmpty();
  }

  @Test
  void tunnelWithoutAClient_isWaitedForAndThenUnavailable() {
    assertThat(endOf(caller, to("absent")).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(endOf(caller, to("absent")).getDescription())
        .startsWith("no client attached under tunnel 'absent' within 0.2 s");
  }

  @Test
  void payloadAboveTheBound_isRefusedHere() {
    EchoRequest large =
        to("acme").toBuilder()
            .setPayload(ByteString.copyFrom(new byte[ProbeService.MAX_PAYLOAD_BYTES + 1]))
            .build();
    assertThat(endOf(caller, large))
        .extracting(Status::getCode, Status::getDescription)
        .containsExactly(
            Status.Code.INVALID_ARGUMENT, "payload of 1,048,577 bytes; at most 1,048,576 are sent");
    assertThat(received).isEmpty();
  }

  @Test
  void clientThatIsTooOld_isToldAsSuch() {
    assertThat(endOf(caller, to("old")))
        .extracting(Status::getCode, Status::getDescription)
        .containsExactly(
            Status.Code.UNIMPLEMENTED,
            "the client old/one is older than probes: the way to it is good, but it cannot say"
                + " more; have the customer update it");
  }

  @Test
  void failureOfTheClient_isPassedOn() {
    client.failure = Status.RESOURCE_EXHAUSTED.withDescription("8 already");
    assertThat(endOf(caller, to("acme")).getDescription()).isEqualTo("8 already");
    assertThat(acme.calls()).isZero();
  }

  @Test
  void deadlineOfTheCaller_isTheClients_andEndsTheCallThere() throws Exception {
    client.isSilent = true;
    Status end = endOf(caller.withDeadlineAfter(500, TimeUnit.MILLISECONDS), to("acme"));
    assertThat(end.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertThat(client.left().timeRemaining(TimeUnit.MILLISECONDS)).isLessThanOrEqualTo(500);
    // Its own clock, or the caller's that hung up by it, whichever was first.
    assertThat(record().code()).isIn(Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED);
    awaitNoCalls();
  }

  @Test
  void placesAreBounded_andFreeAgainWhenCallersGo() throws Exception {
    client.isSilent = true;
    ProbeGrpc.ProbeFutureStub all =
        ProbeGrpc.newFutureStub(api)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(authorization));
    List<ListenableFuture<EchoResponse>> held = new ArrayList<>();
    for (int i = 0; i < ProbeService.MOST_AT_ONCE; i++) {
      held.add(all.echo(to("acme")));
    }
    for (int i = 0; i < ProbeService.MOST_AT_ONCE; i++) {
      client.left();
    }
    assertThat(endOf(caller, to("acme")).getDescription())
        .isEqualTo("64 probes are under way at this server already; try again");
    held.forEach(call -> call.cancel(true));
    awaitNoCalls();
    client.isSilent = false;
    assertThat(endOf(caller, to("acme")).isOk()).isTrue();
  }

  private void awaitNoCalls() {
    long start = System.nanoTime();
    while (acme.calls() > 0) {
      assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
      Thread.onSpinWait();
    }
  }

  /** Sends back what it gets, or does what a test wants instead. */
  private static final class FakeClient extends ProbeGrpc.ProbeImplBase {
    private final BlockingQueue<Deadline> deadlines = new LinkedBlockingQueue<>();
    volatile Status failure = Status.OK;
    volatile boolean isSilent;

    /** What the next call that came had left of its caller's time. */
    Deadline left() throws InterruptedException {
      return Objects.requireNonNull(deadlines.poll(20, TimeUnit.SECONDS), "no call came");
    }

    @Override
    public void echo(EchoRequest request, StreamObserver<EchoResponse> caller) {
      Deadline deadline = Context.current().getDeadline();
      deadlines.add(deadline == null ? Deadline.after(1, TimeUnit.DAYS) : deadline);
      if (!failure.isOk()) {
        caller.onError(failure.asException());
      } else if (!isSilent) {
        caller.onNext(
            EchoResponse.newBuilder()
                .setPayload(request.getPayload())
                .addStages(Stage.newBuilder().setWho("client").setDurationMicros(1))
                .build());
        caller.onCompleted();
      }
    }
  }

  /** A client of before. */
  private static final class NothingKnown implements BindableService {
    @Override
    public ServerServiceDefinition bindService() {
      return ServerServiceDefinition.builder("nothing.Known").build();
    }
  }
}
