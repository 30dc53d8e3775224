package dev.penstock.client.service;

import static dev.penstock.client.registry.FakeHttpServer.reply;
import static dev.penstock.client.registry.FakeRegistry.blobPath;
import static dev.penstock.client.registry.FakeRegistry.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.FakeRegistry;
import dev.penstock.client.registry.RegistryEndpoint;
import dev.penstock.client.registry.RegistryOptions;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.registry.http.TestTransport;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class RegistryServiceTest {
  private static final int READ_AHEAD_BYTES = 256 * 1024;
  private static final int MESSAGE_BYTES = 100_000;
  private static final int WINDOW_BYTES = 256 * 1024;
  private static final String HEX = "0123456789abcdef".repeat(4);

  private final TransferGauges gauges = new TransferGauges();
  private FakeRegistry registry;
  private HttpTransport transport;
  private Server server;
  private ManagedChannel channel;
  private RegistryGrpc.RegistryBlockingStub stub;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    Duration patience = Duration.ofSeconds(20);
    transport = new HttpTransport(TestTransport.options(patience, patience, patience));
    RegistryService service =
        new RegistryService(
            List.of(reader("first"), reader("second")),
            TestControl.allowing("team/**"),
            new TransferOptions(MESSAGE_BYTES, READ_AHEAD_BYTES, 64 * 1024),
            gauges);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(service)
            .build()
            .start();
    channel =
        NettyChannelBuilder.forAddress(server.getListenSockets().get(0))
            .usePlaintext()
            .flowControlWindow(WINDOW_BYTES)
            .maxInboundMessageSize(5 << 20)
            .build();
    stub = RegistryGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private RegistryReader reader(String name) {
    return new RegistryReader(
        new RegistryEndpoint(name, registry.uri(), null), RegistryOptions.DEFAULTS, transport);
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    assertThat(gauges.readAheadBytes()).isZero();
    assertThat(gauges.activeTransfers()).isZero();
    transport.close();
    registry.close();
  }

  @Test
  void fetchBlob_sendsTheHeaderAndThenEveryByte() {
    byte[] content = bytes(5_000_000);
    Fetched fetched = fetch(blobRequest(registry.blob(content)).build());

    assertThat(fetched.header)
        .isEqualTo(
            BlobHeader.newBuilder()
                .setSize(content.length)
                .setMediaType("text/x-blob")
                .setLength(content.length)
                .build());
    assertThat(fetched.bytes).isEqualTo(content);
    assertThat(fetched.messageBytes).allMatch(bytes -> bytes > 0 && bytes <= MESSAGE_BYTES);
    assertThat(gauges.readBytes()).isEqualTo(content.length);
    assertThat(gauges.transferHighWaterBytes()).isBetween(1L, (long) READ_AHEAD_BYTES);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "10, 0", "10, 20", "999, 5", "1000, 0", "0, 5000"})
  void fetchBlob_sendsTheRangeCutAtTheEnd(int offset, int length) {
    byte[] content = bytes(1000);
    Fetched fetched =
        fetch(blobRequest(registry.blob(content)).setOffset(offset).setLength(length).build());

    int end = length == 0 ? 1000 : Math.min(1000, offset + length);
    assertThat(fetched.header.getOffset()).isEqualTo(offset);
    assertThat(fetched.header.getLength()).isEqualTo(end - offset);
    assertThat(fetched.header.getSize()).isEqualTo(1000);
    assertThat(fetched.bytes).isEqualTo(Arrays.copyOfRange(content, offset, end));
  }

  @Test
  void fetchBlob_ofNothingIsAHeader() {
    Fetched fetched = fetch(blobRequest(registry.blob(new byte[0])).build());
    assertThat(fetched.header.getSize()).isZero();
    assertThat(fetched.bytes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INVALID_ARGUMENT  | Team/app   | sha256:HEX | 0  | repository 'Team/app'",
        "INVALID_ARGUMENT  | ../secret  | sha256:HEX | 0  | repository '../secret'",
        "INVALID_ARGUMENT  | ''         | sha256:HEX | 0  | it is empty",
        "INVALID_ARGUMENT  | team/app   | sha512:HEX | 0  | only sha256",
        "INVALID_ARGUMENT  | team/app   | sha256:xyz | 0  | 64 digits",
        "INVALID_ARGUMENT  | team/app   | sha256:HEX | -1 | must not be negative",
        "PERMISSION_DENIED | other/app  | sha256:HEX | 0  | repository 'other/app'",
        "PERMISSION_DENIED | team       | sha256:HEX | 0  | customer's policy",
        "NOT_FOUND         | team/other | sha256:HEX | 0  | registry 'first'",
      })
  void fetchBlob_badRequestGetsAClearStatus(
      Status.Code code, String repository, String digest, long offset, String says) {
    FetchBlobRequest request =
        FetchBlobRequest.newBuilder()
            .setRepository(repository)
            .setDigest(digest.replace("HEX", HEX))
            .setOffset(offset)
            .build();
    StatusRuntimeException failure = fails(() -> fetch(request));
    assertThat(failure.getStatus().getCode()).isEqualTo(code);
    assertThat(failure.getStatus().getDescription()).contains(says);
  }

  @Test
  void deniedRequest_neverReachesTheRegistry() {
    StatusRuntimeException failure =
        fails(() -> fetch(blobRequest(Digest.of(bytes(1))).setRepository("a/b").build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void registry_isChosenByNameAndTheFirstByDefault() {
    Digest digest = registry.blob(bytes(5));
    assertThat(fetch(blobRequest(digest).setRegistry("second").build()).bytes).hasSize(5);
    StatusRuntimeException failure =
        fails(() -> fetch(blobRequest(digest).setRegistry("third").build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(failure.getStatus().getDescription()).contains("no registry 'third'");
  }

  @Test
  void fetchBlob_behindTheEndIsInvalid() {
    Digest digest = registry.blob(bytes(10));
    StatusRuntimeException failure = fails(() -> fetch(blobRequest(digest).setOffset(11).build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void fetchBlob_thatEndsEarlyIsDataLossAfterItsPrefix() {
    Digest digest = registry.blob(bytes(100_000));
    registry.on(
        blobPath(digest),
        (request, out) -> {
          reply(out, 200, Map.of("Content-Length", "100000"), bytes(60_000));
          throw new IOException("close");
        });
    Iterator<FetchBlobResponse> messages = stub.fetchBlob(blobRequest(digest).build());
    assertThat(messages.next().getHeader().getLength()).isEqualTo(100_000);
    StatusRuntimeException failure = fails(() -> messages.forEachRemaining(message -> {}));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DATA_LOSS);
  }

  @Test
  void fetchBlob_thatTheRegistryStarvesIsToldWhereItsTimeWent() {
    Digest digest = registry.blob(bytes(10));
    registry.on(blobPath(digest), (request, out) -> reply(out, 503));
    StatusRuntimeException failure = fails(() -> fetch(blobRequest(digest).build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(failure.getStatus().getDescription())
        .containsPattern("; of [0-9.]+ s, [0-9.]+ s were spent waiting for the registry$");
    assertThat(gauges.times().waitedSeconds(WaitingOn.REGISTRY)).isGreaterThan(1);
  }

  @Test
  void stalledCaller_stopsTheRegistryAndNobodyElse() throws Exception {
    int size = 64 << 20;
    Digest large = Digest.of(bytes(1));
    registry.on(blobPath(large), (request, out) -> replyZeros(out, size));
    Digest small = registry.blob(bytes(300_000));
    SlowCaller caller = new SlowCaller();
    ClientCall<FetchBlobRequest, FetchBlobResponse> call = caller.call(blobRequest(large).build());
    call.request(2);
    caller.messages.take();
    caller.messages.take();

    // The others run on, and give the stalled one all the time it needs to go too far.
    fetchTimes(10, small);
    long began = System.nanoTime(); // by now it has gone as far as it goes
    fetchTimes(40, small);
    double stalledSeconds = (System.nanoTime() - began) / 1e9;
    long readOfLarge = gauges.readBytes() - 50 * 300_000;
    assertThat(readOfLarge).isLessThan(WINDOW_BYTES + READ_AHEAD_BYTES + 1_000_000);
    assertThat(gauges.transferHighWaterBytes()).isLessThanOrEqualTo(READ_AHEAD_BYTES);
    assertThat(gauges.activeTransfers()).isEqualTo(1);

    call.request(1 << 20);
    assertThat(caller.end.get(30, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.OK);
    assertThat(caller.bytes).isEqualTo(size);
    assertThat(gauges.times().waitedSeconds(WaitingOn.CLIENT_WINDOW))
        .as("at least while the others ran")
        .isGreaterThan(stalledSeconds);
  }

  private void fetchTimes(int times, Digest digest) {
    for (int i = 0; i < times; i++) {
      assertThat(fetch(blobRequest(digest).build()).bytes).hasSize(300_000);
    }
  }

  @Test
  void cancelledCall_closesTheRegistrysConnection() throws Exception {
    Digest digest = Digest.of(bytes(1));
    CountDownLatch broken = new CountDownLatch(1);
    registry.on(
        blobPath(digest),
        (request, out) -> {
          try {
            replyZeros(out, Integer.MAX_VALUE);
          } finally {
            broken.countDown();
          }
        });
    SlowCaller caller = new SlowCaller();
    ClientCall<FetchBlobRequest, FetchBlobResponse> call = caller.call(blobRequest(digest).build());
    call.request(2);
    caller.messages.take();

    call.cancel("enough", null);

    assertThat(broken.await(20, TimeUnit.SECONDS)).isTrue();
  }

  /** Sizes around every boundary there is, at once, with every fifth caller giving up midway. */
  @Test
  void manyTransfersAtOnce_areEachExact() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> fetches = new ArrayList<>();
      for (int i = 0; i < 80; i++) {
        byte[] content = bytes(random.nextInt(3 * READ_AHEAD_BYTES));
        Digest digest = registry.blob(content);
        boolean givesUp = i % 5 == 0;
        fetches.add(callers.submit(() -> fetchOrGiveUp(digest, content, givesUp)));
      }
      for (Future<?> fetch : fetches) {
        assertThat(fetch).as("seed %d", seed).succeedsWithin(30, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(gauges.transferHighWaterBytes()).isLessThanOrEqualTo(READ_AHEAD_BYTES);
  }

  private void fetchOrGiveUp(Digest digest, byte[] content, boolean givesUp) {
    if (givesUp) {
      Context.CancellableContext context = Context.current().withCancellation();
      context.run(() -> stub.fetchBlob(blobRequest(digest).build()).next());
      context.cancel(null);
    } else {
      assertThat(fetch(blobRequest(digest).build()).bytes).isEqualTo(content);
    }
  }

  @Test
  void statBlob_tellsSizeAndType() {
    Digest digest = registry.blob(bytes(77));
    var stat =
        stub.statBlob(
            StatBlobRequest.newBuilder()
                .setRepository("team/app")
                .setDigest(digest.value())
                .build());
    assertThat(stat.getSize()).isEqualTo(77);
    assertThat(stat.getMediaType()).isEqualTo("text/x-blob");
  }

  @Test
  void statBlob_badDigestIsInvalid() {
    StatusRuntimeException failure =
        fails(
            () ->
                stub.statBlob(
                    StatBlobRequest.newBuilder().setRepository("team/app").setDigest("x").build()));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void fetchManifest_byTagAndDigest() {
    Digest digest = registry.manifest("1.0", "{\"schemaVersion\":2}");
    for (String reference : List.of("1.0", digest.value())) {
      FetchManifestResponse manifest = stub.fetchManifest(manifestRequest(reference));
      assertThat(manifest.getContent()).isEqualTo(ByteString.copyFromUtf8("{\"schemaVersion\":2}"));
      assertThat(manifest.getMediaType()).isEqualTo(FakeRegistry.MANIFEST_TYPE);
      assertThat(manifest.getDigest()).isEqualTo(digest.value());
    }
  }

  @ParameterizedTest
  @CsvSource({"-bad, INVALID_ARGUMENT", "sha256:1, INVALID_ARGUMENT", "none, NOT_FOUND"})
  void fetchManifest_badReferenceGetsAClearStatus(String reference, Status.Code code) {
    StatusRuntimeException failure = fails(() -> stub.fetchManifest(manifestRequest(reference)));
    assertThat(failure.getStatus().getCode()).isEqualTo(code);
  }

  @Test
  void fetchManifest_of4MiBIsTheLimit() {
    registry.manifest("fits", "x".repeat(4 << 20));
    registry.manifest("large", "x".repeat((4 << 20) + 1));
    assertThat(stub.fetchManifest(manifestRequest("fits")).getContent().size()).isEqualTo(4 << 20);
    StatusRuntimeException failure = fails(() -> stub.fetchManifest(manifestRequest("large")));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  private static FetchManifestRequest manifestRequest(String reference) {
    return FetchManifestRequest.newBuilder()
        .setRepository("team/app")
        .setReference(reference)
        .build();
  }

  private static FetchBlobRequest.Builder blobRequest(Digest digest) {
    return FetchBlobRequest.newBuilder().setRepository("team/app").setDigest(digest.value());
  }

  private static void replyZeros(OutputStream out, int size) throws IOException {
    reply(out, 200, Map.of("Content-Length", Integer.toString(size)), new byte[0]);
    byte[] block = new byte[64 * 1024];
    for (int left = size; left > 0; left -= block.length) {
      out.write(block, 0, Math.min(left, block.length));
    }
  }

  private static StatusRuntimeException fails(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run);
  }

  private Fetched fetch(FetchBlobRequest request) {
    Iterator<FetchBlobResponse> messages = stub.fetchBlob(request);
    BlobHeader header = messages.next().getHeader();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Integer> sizes = new ArrayList<>();
    messages.forEachRemaining(
        message -> {
          sizes.add(message.getData().size());
          bytes.writeBytes(message.getData().toByteArray());
        });
    return new Fetched(header, bytes.toByteArray(), sizes);
  }

  @SuppressWarnings("ArrayRecordComponent") // A test's own value, compared by nobody.
  private record Fetched(BlobHeader header, byte[] bytes, List<Integer> messageBytes) {}

  /** Takes a message only when it is told to. */
  private final class SlowCaller extends ClientCall.Listener<FetchBlobResponse> {
    final BlockingQueue<FetchBlobResponse> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();

    /** Read after {@code end}. */
    long bytes;

    ClientCall<FetchBlobRequest, FetchBlobResponse> call(FetchBlobRequest request) {
      ClientCall<FetchBlobRequest, FetchBlobResponse> call =
          channel.newCall(RegistryGrpc.getFetchBlobMethod(), CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.sendMessage(request);
      call.halfClose();
      return call;
    }

    @Override
    public void onMessage(FetchBlobResponse message) {
      bytes += message.getData().size();
      messages.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.complete(status);
    }
  }
}
