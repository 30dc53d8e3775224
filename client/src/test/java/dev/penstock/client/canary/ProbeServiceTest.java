package dev.penstock.client.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.penstock.client.registry.FakeHttpServer;
import dev.penstock.client.registry.FakeRegistry;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.RegistryOptions;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.TestTransport;
import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.ProbeGrpc;
import dev.penstock.probe.v1.RegistryState;
import dev.penstock.probe.v1.RegistryState.State;
import dev.penstock.probe.v1.Stage;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service over a fake registry, by gRPC on loopback. */
@Timeout(60)
final class ProbeServiceTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final EchoRequest REACH =
      EchoRequest.newBuilder().setReachRegistries(true).build();

  private final CountDownLatch release = new CountDownLatch(1);
  private final List<Server> servers = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private FakeRegistry registry;
  private HttpTransport transport;
  private RegistryReader reader;
  private ProbeService service;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    registry.on("/v2/", (request, out) -> FakeHttpServer.reply(out, 401));
    transport = new HttpTransport(TestTransport.options(LONG, LONG, LONG));
    reader = reader("main", registry.uri());
    service = new ProbeService(List.of(reader), LONG);
    channel = serve(service);
  }

  @AfterEach
  void stop() throws Exception {
    release.countDown();
    for (ManagedChannel open : channels) {
      open.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
    for (Server running : servers) {
      running.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
    transport.close();
    registry.close();
  }

  private RegistryReader reader(String name, URI uri) {
    return new RegistryReader(
        new RegistryEndpoint(name, uri, null), RegistryOptions.DEFAULTS, transport);
  }

  private ManagedChannel serve(ProbeService served) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(served)
            .build()
            .start();
    servers.add(server);
    ManagedChannel open =
        NettyChannelBuilder.forAddress(server.getListenSockets().get(0)).usePlaintext().build();
    channels.add(open);
    return open;
  }

  private static EchoResponse echo(ManagedChannel channel, EchoRequest request) {
    return ProbeGrpc.newBlockingStub(channel)
        .withDeadlineAfter(LONG.toSeconds(), TimeUnit.SECONDS)
        .echo(request);
  }

  private static EchoRequest payload(int bytes) {
    return EchoRequest.newBuilder()
        .setPayload(ByteString.copyFrom(FakeRegistry.bytes(bytes)))
        .build();
  }

  @Test
  void payload_comesBackWithTheClientsOwnTime_andNoRegistryIsAsked() {
    for (int bytes : new int[] {0, 1, ProbeService.MAX_PAYLOAD_BYTES}) {
      EchoRequest request = payload(bytes);
      EchoResponse answer = echo(channel, request);
      assertThat(answer.getPayload()).isEqualTo(request.getPayload());
      assertThat(answer.getStagesList()).extracting(Stage::getWho).containsExactly("client");
      assertThat(answer.getRegistriesList())
          .containsExactly(
              RegistryState.newBuilder().setRegistry("main").setState(State.NOT_HEARD).build());
    }
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void payloadAboveTheBound_isRefusedWithBothNumbers() {
    assertThatThrownBy(() -> echo(channel, payload(ProbeService.MAX_PAYLOAD_BYTES + 1)))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessage(
            "INVALID_ARGUMENT: payload of 1,048,577 bytes; at most 1,048,576 are sent back");
  }

  @Test
  void registry_isAskedWhenWanted_andItsRefusalIsAnAnswer_whichIsThenTheLastKnown() {
    RegistryState asked = echo(channel, REACH).getRegistries(0);
    assertThat(asked.getState()).isEqualTo(State.ANSWERS);
    assertThat(asked.getAnswerMicros()).isPositive();
    RegistryState known = echo(channel, payload(1)).getRegistries(0);
    assertThat(known.getState()).isEqualTo(State.ANSWERS);
    assertThat(known.getAnswerMicros()).isZero();
    assertThat(known.getDetail()).isEmpty();
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void registryThatFails_isSuchAState() {
    registry.on("/v2/", (request, out) -> FakeHttpServer.reply(out, 503));
    RegistryState state = echo(channel, REACH).getRegistries(0);
    assertThat(state.getState()).isEqualTo(State.FAILING);
    assertThat(state.getDetail()).isEqualTo("registry 'main': it answers 503");
  }

  @Test
  void registryThatIsGone_isSuchAState_andItsHostIsNotTold() throws IOException {
    registry.close();
    RegistryState state = echo(channel, REACH).getRegistries(0);
    assertThat(state.getState()).isEqualTo(State.UNREACHABLE);
    assertThat(state.getAnswerMicros()).isZero();
    assertThat(state.getDetail())
        .isEqualTo("registry 'main': the registry cannot be reached; is it up, and its URL right?");
  }

  @Test
  void registries_areToldOfInTheirOrder_whicheverAnswersFirst() throws Exception {
    RegistryReader gone = reader("gone", URI.create("http://127.0.0.1:1"));
    EchoResponse answer = echo(serve(new ProbeService(List.of(gone, reader), LONG)), REACH);
    assertThat(answer.getRegistriesList())
        .extracting(RegistryState::getRegistry, RegistryState::getState)
        .containsExactly(tuple("gone", State.UNREACHABLE), tuple("main", State.ANSWERS));
  }

  @Test
  void registryThatIsSilent_costsAProbeNoMoreThanItsPatience_andIsAskedOnce() throws Exception {
    registry.on("/v2/", (request, out) -> hold());
    ManagedChannel impatient = serve(new ProbeService(List.of(reader), SHORT));
    for (int i = 0; i < 3; i++) {
      RegistryState state = echo(impatient, REACH).getRegistries(0);
      assertThat(state.getState()).isEqualTo(State.UNREACHABLE);
      assertThat(state.getDetail()).isEqualTo("registry 'main' has not answered within 0.3 s");
    }
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void probesBeyondTheBound_areRefused_andPlacesAreFreeAgainAtTheEnd() throws Exception {
    registry.on(
        "/v2/",
        (request, out) -> {
          hold();
          FakeHttpServer.reply(out, 401);
        });
    ProbeGrpc.ProbeFutureStub stub = ProbeGrpc.newFutureStub(channel);
    List<ListenableFuture<EchoResponse>> held = new ArrayList<>();
    for (int i = 0; i < ProbeService.MOST_AT_ONCE; i++) {
      held.add(stub.echo(REACH));
    }
    await(ProbeService.MOST_AT_ONCE);
    assertThatThrownBy(() -> echo(channel, payload(1)))
        .hasMessage("RESOURCE_EXHAUSTED: the client answers 8 probes already; try again");
    held.remove(0).cancel(true);
    await(ProbeService.MOST_AT_ONCE - 1);
    assertThat(echo(channel, payload(1)).getPayload()).isEqualTo(payload(1).getPayload());
    release.countDown();
    for (ListenableFuture<EchoResponse> answer : held) {
      assertThat(answer.get(20, TimeUnit.SECONDS).getStagesCount()).isEqualTo(1);
    }
    await(0);
    assertThat(registry.requests()).as("shared by all").hasSize(1);
  }

  private void hold() {
    try {
      release.await(LONG.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void await(int underWay) {
    long start = System.nanoTime();
    while (service.underWay() != underWay) {
      assertThat(System.nanoTime() - start).isLessThan(LONG.toNanos());
      Thread.onSpinWait();
    }
  }
}
