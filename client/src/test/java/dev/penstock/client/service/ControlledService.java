package dev.penstock.client.service;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.audit.AuditProbe;
import dev.penstock.client.limits.Limits;
import dev.penstock.client.names.Digest;
import dev.penstock.client.policy.Operation;
import dev.penstock.client.policy.Policy;
import dev.penstock.client.policy.RepositoryPattern;
import dev.penstock.client.policy.Rule;
import dev.penstock.client.policy.file.PolicyDocument;
import dev.penstock.client.registry.FakeRegistry;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.RegistryOptions;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.TestTransport;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.ListReferrersRequest;
import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.registry.v1.StatManifestRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * A service over a fake registry, with a policy, limits and an audit log to each test's taste. In
 * the end nothing is under way, and each line of the log has been taken.
 */
@Timeout(60)
abstract class ControlledService {
  static final byte[] CONTENT = FakeRegistry.bytes(1_000);
  static final String MANIFEST = "{\"schemaVersion\":2}";

  final AuditProbe audit = new AuditProbe();
  final TransferGauges gauges = new TransferGauges();
  final AccessControl control = new AccessControl(PolicyDocument.NOTHING, audit.log());
  FakeRegistry registry;
  ManagedChannel channel;
  Digest blob;
  Digest manifest;
  private HttpTransport transport;
  private Server server;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    blob = registry.blob(CONTENT);
    manifest = registry.manifest("1.0", MANIFEST);
    json("/v2/team/app/tags/list", "{\"name\":\"team/app\",\"tags\":[\"1.0\"]}");
    json("/v2/_catalog", "{\"repositories\":[\"team/app\"]}");
    json(
        "/v2/team/app/referrers/" + manifest,
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
            + "\"manifests\":[{\"mediaType\":\"text/x\",\"size\":1,\"digest\":\""
            + blob
            + "\"}]}");
    Duration patience = Duration.ofSeconds(20);
    transport = new HttpTransport(TestTransport.options(patience, patience, patience));
    RegistryOptions impatient =
        new RegistryOptions(4 << 20, 1 << 20, Duration.ZERO, patience, patience);
    RegistryReader reader =
        new RegistryReader(
            new RegistryEndpoint("main", registry.uri(), null), impatient, transport);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(
                ServerInterceptors.intercept(
                    new RegistryService(List.of(reader), control, TransferOptions.DEFAULTS, gauges),
                    beneath()))
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress(server.getListenSockets().get(0))
            .usePlaintext()
            .flowControlWindow(256 * 1024)
            .build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    server.shutdownNow();
    assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(gauges.activeTransfers()).isZero();
    assertThat(gauges.readAheadBytes()).isZero();
    transport.close();
    registry.close();
    audit.close();
  }

  /** What stands between gRPC and the service. */
  ServerInterceptor beneath() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return next.startCall(call, headers);
      }
    };
  }

  private void json(String path, String body) {
    Map<String, String> type = Map.of("Content-Type", "application/vnd.oci.image.index.v1+json");
    registry.on(path, (request, out) -> reply(out, 200, type, body.getBytes(UTF_8)));
  }

  /** From now on these rules, in this order. */
  void rules(Rule... rules) {
    control.change(PolicyDocument.of(new Policy(List.of(rules))));
  }

  /** From now on all is allowed, within limits. */
  void limits(Limits limits) {
    control.change(new PolicyDocument(new Policy(List.of(all("all"))), limits));
  }

  static Rule all(String name) {
    return Rule.allow(name, everything());
  }

  static List<RepositoryPattern> everything() {
    return List.of(new RepositoryPattern("**"));
  }

  RegistryGrpc.RegistryBlockingStub stub() {
    return RegistryGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  RegistryGrpc.RegistryBlockingStub stub(String requestId, String caller) {
    return stub()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(requestId, caller)));
  }

  static Metadata headers(String requestId, String caller) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER), requestId);
    headers.put(Metadata.Key.of("penstock-caller", Metadata.ASCII_STRING_MARSHALLER), caller);
    return headers;
  }

  FetchBlobRequest.Builder fetchRequest(Digest digest) {
    return FetchBlobRequest.newBuilder().setRepository("team/app").setDigest(digest.value());
  }

  byte[] fetch(Digest digest) {
    return fetch(stub(), fetchRequest(digest).build());
  }

  static byte[] fetch(RegistryGrpc.RegistryBlockingStub stub, FetchBlobRequest request) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    stub.fetchBlob(request)
        .forEachRemaining(message -> bytes.writeBytes(message.getData().toByteArray()));
    return bytes.toByteArray();
  }

  /** Does it once, as a caller would, with names that exist. */
  void call(RegistryGrpc.RegistryBlockingStub stub, Operation operation) {
    String app = "team/app";
    switch (operation) {
      case FETCH_BLOB -> fetch(stub, fetchRequest(blob).build());
      case STAT_BLOB ->
          stub.statBlob(
              StatBlobRequest.newBuilder().setRepository(app).setDigest(blob.value()).build());
      case FETCH_MANIFEST ->
          stub.fetchManifest(
              FetchManifestRequest.newBuilder().setRepository(app).setReference("1.0").build());
      case STAT_MANIFEST ->
          stub.statManifest(
              StatManifestRequest.newBuilder().setRepository(app).setReference("1.0").build());
      case LIST_TAGS -> stub.listTags(ListTagsRequest.newBuilder().setRepository(app).build());
      case LIST_REPOSITORIES -> stub.listRepositories(ListRepositoriesRequest.getDefaultInstance());
      case LIST_REFERRERS ->
          stub.listReferrers(
              ListReferrersRequest.newBuilder()
                  .setRepository(app)
                  .setDigest(manifest.value())
                  .build());
    }
  }

  /** How it ends. */
  Status end(Operation operation) {
    return endOf(() -> call(stub(), operation));
  }

  static Status endOf(Runnable call) {
    try {
      call.run();
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  /** For what comes soon, and tells nobody when it does. */
  static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still not: %s", what).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  /** Lines that a test does not look at closely. */
  void takeLines(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      audit.next();
    }
  }

  /** A transfer that takes a message only when it is told to. */
  final class Transfer extends ClientCall.Listener<FetchBlobResponse> {
    private final ClientCall<FetchBlobRequest, FetchBlobResponse> call =
        channel.newCall(RegistryGrpc.getFetchBlobMethod(), CallOptions.DEFAULT);
    private final BlockingQueue<FetchBlobResponse> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<Status> ends = new LinkedBlockingQueue<>();

    Transfer(FetchBlobRequest request) {
      call.start(this, headers("slow", "slow"));
      call.sendMessage(request);
      call.halfClose();
    }

    FetchBlobResponse next() throws InterruptedException {
      call.request(1);
      return Objects.requireNonNull(messages.poll(20, TimeUnit.SECONDS), "no message in time");
    }

    /** Takes the rest. */
    Status end() throws InterruptedException {
      call.request(Integer.MAX_VALUE);
      @Nullable Status end = ends.poll(30, TimeUnit.SECONDS);
      return Objects.requireNonNull(end, "no end in time");
    }

    /** Of what has come, without the header, and is not taken. */
    long receivedBytes() {
      return messages.stream().mapToLong(message -> message.getData().size()).sum();
    }

    void cancel() {
      call.cancel("enough", null);
    }

    @Override
    public void onMessage(FetchBlobResponse message) {
      messages.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ends.add(status);
    }
  }
}
