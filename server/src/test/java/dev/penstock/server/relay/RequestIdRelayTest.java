package dev.penstock.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.registry.stream.RawMessage;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.registry.v1.StatManifestRequest;
import dev.penstock.server.access.AccessRecord;
import dev.penstock.server.access.RequestId;
import dev.penstock.server.access.Target;
import dev.penstock.server.digest.Sha256;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call's id on its way from the caller over one tunnel or more, and what is recorded of it. */
@Timeout(60)
class RequestIdRelayTest {
  private static final byte[] BLOB = content(5_000_000);
  private static final String DIGEST = "sha256:" + Sha256.of(ByteBuffer.wrap(BLOB));

  private static final Metadata.Key<String> TRACE_PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> TRACE_STATE =
      Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir Path temporary;
  private final AtomicReference<Metadata> headers = new AtomicReference<>();
  private final AtomicReference<Metadata> trailers = new AtomicReference<>();
  private RelayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new RelayFixture(temporary);
    fixture.registry.script = fixture.registry.sendsWhatIsAsked(BLOB);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    fixture.closeWithNothingLeft();
  }

  @Test
  void callersId_goesToTheClientAndBackToTheCaller() throws Exception {
    stub("scan-17/layer:3").statBlob(statRequest("acme"));
    assertThat(fixture.asked.requestIds()).containsExactly(List.of("scan-17/layer:3"));
    assertThat(received(headers).getAll(RequestId.KEY)).containsExactly("scan-17/layer:3");
    assertThat(received(trailers).containsKey(RequestId.KEY)).isFalse();
    assertThat(nextRecord().requestIdReplaced()).isFalse();
  }

  @Test
  void callWithoutAnId_getsOneThatTheClientHasToo() throws Exception {
    RegistryBlockingStub stub = RegistryGrpc.newBlockingStub(with());
    stub.statBlob(statRequest("acme"));
    String first = received(headers).get(RequestId.KEY);
    stub.statBlob(statRequest("acme"));
    String second = received(headers).get(RequestId.KEY);
    assertThat(first).matches("[0-9a-f]{32}").isNotEqualTo(second);
    assertThat(fixture.asked.requestIds()).containsExactly(List.of(first), List.of(second));
    AccessRecord record = nextRecord();
    assertThat(record.requestId().value()).isEqualTo(first);
    assertThat(record.requestIdReplaced()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"with blank", "a,b", "quo\"te"})
  void unfitId_isReplacedAndCostsNoCall(String unfit) throws Exception {
    stub(unfit).statBlob(statRequest("acme"));
    assertReplaced();
  }

  @Test
  void severalIds_areReplacedByOne() throws Exception {
    stub("a", "b").statBlob(statRequest("acme"));
    assertReplaced();
  }

  private void assertReplaced() throws InterruptedException {
    String made = received(headers).get(RequestId.KEY);
    assertThat(made).matches("[0-9a-f]{32}");
    assertThat(fixture.asked.requestIds()).containsExactly(List.of(made));
    AccessRecord record = nextRecord();
    assertThat(record.requestId().value()).isEqualTo(made);
    assertThat(record.requestIdReplaced()).isTrue();
  }

  @Test
  void refusedCall_learnsItsIdFromTheTrailers() throws Exception {
    assertThat(failureOf("beta").getCode()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(received(trailers).getAll(RequestId.KEY)).containsExactly("r-1");
    AccessRecord record = nextRecord();
    assertThat(record.caller()).isEqualTo("scanner");
    assertThat(record.target().tunnel()).isEqualTo("beta");
    assertThat(record.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(record.legs()).isZero();
  }

  @Test
  void failureOfTheClient_hasTheSameId() throws Exception {
    var request = FetchManifestRequest.newBuilder().setTunnel("acme").setReference("1.0").build();
    assertThat(
            catchThrowableOfType(
                StatusRuntimeException.class, () -> stub("r-1").fetchManifest(request)))
        .hasMessage("NOT_FOUND: no manifest 1.0");
    assertThat(received(trailers).getAll(RequestId.KEY)).containsExactly("r-1");
    assertThat(nextRecord().code()).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void callThatAuthenticationRefuses_learnsItsIdAndIsRecorded() throws Exception {
    Channel anonymous = identified(fixture.anonymous(), "r-1");
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> RegistryGrpc.newBlockingStub(anonymous).statBlob(statRequest("acme")));
    assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(refused.getTrailers().getAll(RequestId.KEY)).containsExactly("r-1");
    AccessRecord record = nextRecord();
    assertThat(record.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(record.caller()).isEmpty();
    assertThat(record.method()).isEqualTo("StatBlob");
    assertThat(fixture.asked.requestIds()).isEmpty();
  }

  @Test
  void blobThatGoesOnOverAnotherTunnel_keepsItsIdAndIsOneRecord() throws Exception {
    BlobReader reader = new BlobReader(with("r-1"), blobRequest()).read(3);
    fixture.attachAnother("two");
    fixture.loseFirst();
    assertThat(reader.readAll()).isEqualTo(Status.OK);
    assertThat(fixture.asked.requestIds()).containsExactly(List.of("r-1"), List.of("r-1"));
    AccessRecord record = nextRecord();
    assertThat(record.requestId()).isEqualTo(new RequestId("r-1"));
    assertThat(record.target()).isEqualTo(new Target("acme", "hub", "team/app", DIGEST));
    assertThat(record.method()).isEqualTo("FetchBlob");
    assertThat(record.code()).isEqualTo(Code.OK);
    assertThat(record.legs()).isEqualTo(2);
    assertThat(record.deliveredBytes()).isEqualTo(BLOB.length);
    assertThat(fixture.records).isEmpty();
  }

  @Test
  void trace_goesToEachClientAsItCameAndIsRecorded() throws Exception {
    String id = "4bf92f3577b34da6a3ce929d0e0e4736";
    Metadata trace = new Metadata();
    trace.put(TRACE_PARENT, "00-" + id + "-00f067aa0ba902b7-01");
    trace.put(TRACE_STATE, "rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE");
    Channel traced =
        ClientInterceptors.intercept(with("r-1"), MetadataUtils.newAttachHeadersInterceptor(trace));
    BlobReader reader = new BlobReader(traced, blobRequest()).read(3);
    fixture.attachAnother("two");
    fixture.loseFirst();
    assertThat(reader.readAll()).isEqualTo(Status.OK);
    List<String> parent = List.of("00-" + id + "-00f067aa0ba902b7-01");
    List<String> state = List.of("rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE");
    assertThat(fixture.asked.all(TRACE_PARENT)).containsExactly(parent, parent);
    assertThat(fixture.asked.all(TRACE_STATE)).containsExactly(state, state);
    assertThat(nextRecord().toString()).endsWith(" legs=2 trace_id=" + id);
  }

  @Test
  void callerThatGoesAway_isRecordedWithWhatItWasGiven() throws Exception {
    BlobReader reader = new BlobReader(with("r-1"), blobRequest()).read(3);
    reader.cancel();
    AccessRecord record = nextRecord();
    assertThat(record.code()).isEqualTo(Code.CANCELLED);
    assertThat(record.deliveredBytes()).isBetween((long) reader.data().length, (long) BLOB.length);
    assertThat(record.legs()).isEqualTo(1);
  }

  @Test
  void callThatFindsNoClient_isRecordedWithoutALeg() throws Exception {
    assertThat(failureOf("absent")).extracting(Status::getCode).isEqualTo(Code.UNAVAILABLE);
    AccessRecord record = nextRecord();
    assertThat(record.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(record.legs()).isZero();
    assertThat(record.duration()).isGreaterThanOrEqualTo(RelayFixture.OPTIONS.route().attachWait());
  }

  @Test
  void eachMethod_isRecordedWithWhatItIsAbout() throws Exception {
    fixture.registry.statedDigest = DIGEST;
    stub("r").statBlob(statRequest("acme"));
    assertThat(nextRecord().target()).isEqualTo(new Target("acme", "", "team/app", DIGEST));
    var manifest = StatManifestRequest.newBuilder().setTunnel("acme").setReference("1.0").build();
    stub("r").statManifest(manifest);
    assertThat(nextRecord().target()).isEqualTo(new Target("acme", "", "", "1.0"));
    var tags = ListTagsRequest.newBuilder().setTunnel("acme").setRepository("r").setPageSize(7);
    stub("r").listTags(tags.build());
    AccessRecord record = nextRecord();
    assertThat(record.target()).isEqualTo(new Target("acme", "", "r", ""));
    assertThat(record.method()).isEqualTo("ListTags");
    assertThat(record.deliveredBytes()).isPositive();
  }

  @Test
  void requestThatIsRefused_isRecordedWithWhatItSaid_onOneLine() throws Exception {
    var hostile =
        FetchBlobRequest.newBuilder()
            .setTunnel("acme\nrequest_id=faked")
            .setRepository("team/app\r\nrequest_id=faked")
            .setDigest("sha512:00 code=OK")
            .build();
    Status status = new BlobReader(with("r-1"), hostile).readAll();
    assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(nextRecord().toString())
        .startsWith("request_id=r-1 caller=scanner tunnel=acme?request_id=faked ")
        .contains(" repository=team/app??request_id=faked reference=sha512:00?code=OK ")
        .contains(" code=INVALID_ARGUMENT ")
        .hasLineCount(1);
  }

  @Test
  void otherService_getsTheIdAndIsRecordedByItsFullName() throws Exception {
    Metadata tunnel = new Metadata();
    tunnel.put(RelayHeaders.TUNNEL, "acme");
    Channel channel =
        ClientInterceptors.intercept(
            with("r-1"), MetadataUtils.newAttachHeadersInterceptor(tunnel));
    StatusRuntimeException end =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingServerStreamingCall(
                        channel, EchoService.METHOD, CallOptions.DEFAULT, message(1_000))
                    .forEachRemaining(RawMessage::close));
    assertThat(end.getStatus().getCode()).isEqualTo(Code.ALREADY_EXISTS);
    assertThat(fixture.asked.requestIds()).containsExactly(List.of("r-1"));
    assertThat(received(headers).getAll(RequestId.KEY)).containsExactly("r-1");
    AccessRecord record = nextRecord();
    assertThat(record.method()).isEqualTo("test.Echo/Chat");
    assertThat(record.target()).isEqualTo(Target.ofTunnel("acme"));
    assertThat(record.deliveredBytes()).isEqualTo(1_000);
    assertThat(record.code()).isEqualTo(Code.ALREADY_EXISTS);
    assertThat(record.legs()).isEqualTo(1);
  }

  private static Metadata received(AtomicReference<Metadata> captured) {
    return Objects.requireNonNull(captured.get(), "nothing came");
  }

  private AccessRecord nextRecord() throws InterruptedException {
    AccessRecord record = fixture.records.poll(30, TimeUnit.SECONDS);
    assertThat(record).as("a record within 30 s").isNotNull();
    return record;
  }

  private Status failureOf(String tunnel) {
    return catchThrowableOfType(
            StatusRuntimeException.class, () -> stub("r-1").statBlob(statRequest(tunnel)))
        .getStatus();
  }

  private RegistryBlockingStub stub(String... ids) {
    return RegistryGrpc.newBlockingStub(with(ids));
  }

  private Channel with(String... ids) {
    return identified(fixture.scanner, ids);
  }

  /** Sends these ids with each call, and keeps what comes back. */
  private Channel identified(Channel channel, String... ids) {
    Metadata sent = new Metadata();
    for (String id : ids) {
      sent.put(RequestId.KEY, id);
    }
    return ClientInterceptors.intercept(
        channel,
        MetadataUtils.newAttachHeadersInterceptor(sent),
        MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
  }

  private static StatBlobRequest statRequest(String tunnel) {
    return StatBlobRequest.newBuilder()
        .setTunnel(tunnel)
        .setRepository("team/app")
        .setDigest(DIGEST)
        .build();
  }

  private static FetchBlobRequest blobRequest() {
    return FetchBlobRequest.newBuilder()
        .setTunnel("acme")
        .setRegistry("hub")
        .setRepository("team/app")
        .setDigest(DIGEST)
        .build();
  }

  private static RawMessage message(int bytes) {
    return RawMessage.of(List.of(ByteBuffer.wrap(content(bytes))));
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }
}
