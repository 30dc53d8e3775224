package dev.penstock.server.relay;

import static dev.penstock.server.relay.ScriptedRegistry.header;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.FetchManifestRequest;
import dev.penstock.registry.v1.FetchManifestResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.server.digest.Sha256;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayTest {
  private static final byte[] BLOB = content(5_000_000);

  @TempDir Path temporary;
  private RelayFixture fixture;

  @BeforeEach
  void start() throws Exception {
    fixture = new RelayFixture(temporary);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    fixture.closeWithNothingLeft();
  }

  @Test
  void unaryCall_passes() {
    var stub = RegistryGrpc.newBlockingStub(fixture.scanner);
    var answer =
        stub.statBlob(
            StatBlobRequest.newBuilder().setTunnel("acme").setRepository("team/app").build());
    assertThat(answer.getSize()).isEqualTo(42);
    assertThat(answer.getMediaType()).isEqualTo("team/app");
  }

  @Test
  void statusOfTheClient_passes() {
    Status status =
        failureOf(
            () ->
                RegistryGrpc.newBlockingStub(fixture.scanner)
                    .fetchManifest(
                        FetchManifestRequest.newBuilder()
                            .setTunnel("acme")
                            .setReference("1.0")
                            .build()));
    assertThat(status.getCode()).isEqualTo(Code.NOT_FOUND);
    assertThat(status.getDescription()).isEqualTo("no manifest 1.0");
  }

  @Test
  void wholeBlob_passes_andIsVerified() throws Exception {
    fixture.registry.script = fixture.registry.sends(BLOB, whole(BLOB));
    BlobReader reader = fixture.fetch(request(BLOB).build());
    assertThat(reader.readAll().getCode()).isEqualTo(Code.OK);
    assertThat(reader.data()).isEqualTo(BLOB);
    assertThat(fixture.relays.gauges().digestBacklogBytes().highest())
        .isPositive()
        .isLessThan(RelayLimits.DIGEST_BACKLOG_BYTES + ScriptedRegistry.CHUNK_BYTES);
  }

  @Test
  void compressedMessages_passUncompressed_andAreVerified() throws Exception {
    var plain = fixture.registry.sends(BLOB, whole(BLOB));
    fixture.registry.script =
        (request, caller) -> {
          caller.setCompression("gzip");
          plain.answer(request, caller);
        };
    BlobReader reader = fixture.fetch(request(BLOB).build());
    assertThat(reader.readAll().getCode()).isEqualTo(Code.OK);
    assertThat(reader.data()).isEqualTo(BLOB);
  }

  @Test
  void emptyBlob_passes_andIsVerified() throws Exception {
    byte[] empty = {};
    fixture.registry.script = fixture.registry.sends(empty, whole(empty));
    assertThat(fixture.fetch(request(empty).build()).readAll().getCode()).isEqualTo(Code.OK);
  }

  @Test
  void oneWrongByte_isDataLoss_neverOk() throws Exception {
    byte[] altered = BLOB.clone();
    altered[4_321_000] ^= 1;
    fixture.registry.script = fixture.registry.sends(altered, whole(BLOB));
    Status status = fixture.fetch(request(BLOB).build()).readAll();
    assertThat(status.getCode()).isEqualTo(Code.DATA_LOSS);
    assertThat(status.getDescription()).contains(digest(BLOB), digest(altered), "'acme'");
  }

  @Test
  void fewerBytes_areDataLoss() throws Exception {
    byte[] shorter = Arrays.copyOf(BLOB, BLOB.length - 1);
    fixture.registry.script = fixture.registry.sends(shorter, whole(BLOB));
    Status status = fixture.fetch(request(BLOB).build()).readAll();
    assertThat(status.getCode()).isEqualTo(Code.DATA_LOSS);
    assertThat(status.getDescription()).contains("4999999 of 5000000 bytes came");
  }

  @Test
  void moreBytes_areDataLoss_andEndTheCallAtOnce() throws Exception {
    byte[] longer = Arrays.copyOf(BLOB, 2 * BLOB.length);
    fixture.registry.script = fixture.registry.sends(longer, whole(BLOB));
    BlobReader reader = fixture.fetch(request(BLOB).build());
    assertThat(reader.readAll().getCode()).isEqualTo(Code.DATA_LOSS);
    assertThat(reader.data().length).isLessThanOrEqualTo(BLOB.length);
    assertThat(fixture.registry.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void range_isCheckedByItsLength() throws Exception {
    byte[] range = Arrays.copyOfRange(BLOB, 1000, 3_000_000);
    fixture.registry.script =
        fixture.registry.sends(range, header(BLOB.length, 1000, range.length));
    var request = request(BLOB).setOffset(1000).setLength(range.length).build();
    BlobReader reader = fixture.fetch(request);
    assertThat(reader.readAll().getCode()).isEqualTo(Code.OK);
    assertThat(reader.data()).isEqualTo(range);

    fixture.registry.script =
        fixture.registry.sends(Arrays.copyOf(range, 1000), header(BLOB.length, 1000, range.length));
    assertThat(fixture.fetch(request).readAll().getCode()).isEqualTo(Code.DATA_LOSS);
  }

  @Test
  void rangePastTheEnd_isCutThere() throws Exception {
    byte[] tail = Arrays.copyOfRange(BLOB, 4_000_000, BLOB.length);
    fixture.registry.script =
        fixture.registry.sends(tail, header(BLOB.length, 4_000_000, tail.length));
    var request = request(BLOB).setOffset(4_000_000).setLength(Long.MAX_VALUE).build();
    assertThat(fixture.fetch(request).readAll().getCode()).isEqualTo(Code.OK);
  }

  @Test
  void anotherRangeThanAskedFor_isRefused_soThatAPartNeverPassesForTheWhole() throws Exception {
    byte[] half = Arrays.copyOf(BLOB, 2_500_000);
    fixture.registry.script = fixture.registry.sends(half, header(BLOB.length, 0, half.length));
    Status status = fixture.fetch(request(BLOB).build()).readAll();
    assertThat(status.getCode()).isEqualTo(Code.INTERNAL);
    assertThat(status.getDescription()).contains("announced bytes 0+2500000 of 5000000");
  }

  @Test
  void dataBeforeTheHeader_aSecondHeader_andNoHeader_areDefects() throws Exception {
    fixture.registry.script =
        (request, caller) -> caller.onNext(ScriptedRegistry.data(BLOB, 0, 10));
    assertDefect("sent data before the header");
    fixture.registry.script =
        (request, caller) -> {
          caller.onNext(FetchBlobResponse.newBuilder().setHeader(whole(BLOB)).build());
          caller.onNext(FetchBlobResponse.newBuilder().setHeader(whole(BLOB)).build());
        };
    assertDefect("sent a second header");
    fixture.registry.script = (request, caller) -> caller.onCompleted();
    assertDefect("without a header");
  }

  @Test
  void dataOfNoBytes_orOfMoreThanOneMessageMayHold_isADefect() throws Exception {
    byte[] large = content(RelayLimits.MAX_DATA_BYTES + 1);
    for (int size : new int[] {0, large.length}) {
      fixture.registry.script =
          (request, caller) -> {
            caller.onNext(FetchBlobResponse.newBuilder().setHeader(whole(BLOB)).build());
            caller.onNext(ScriptedRegistry.data(large, 0, size));
          };
      assertDefect("sent " + size + " bytes in one message");
    }
    fixture.registry.script =
        (request, caller) -> {
          caller.onNext(
              FetchBlobResponse.newBuilder()
                  .setHeader(header(large.length, 0, large.length - 1))
                  .build());
          caller.onNext(ScriptedRegistry.data(large, 0, large.length - 1));
          caller.onCompleted();
        };
    var part = request(large).setLength(large.length - 1).build();
    assertThat(fixture.fetch(part).readAll().getCode()).isEqualTo(Code.OK);
  }

  @Test
  void manifest_passes_whenItIsWhatItsDigestNames() {
    byte[] content = content(4 << 20);
    fixture.registry.manifest = manifest(content, digest(content));
    assertThat(fetchManifest("1.0").getContent().toByteArray()).isEqualTo(content);
    assertThat(fetchManifest(digest(content)).getDigest()).isEqualTo(digest(content));
  }

  @Test
  void manifestOfAnotherDigest_isDataLoss() {
    byte[] content = content(1000);
    fixture.registry.manifest = manifest(content, digest(BLOB));
    Status mismatched = failureOf(() -> fetchManifest("1.0"));
    assertThat(mismatched.getCode()).isEqualTo(Code.DATA_LOSS);
    assertThat(mismatched.getDescription()).contains("1.0", "'acme'");

    fixture.registry.manifest = manifest(content, digest(content));
    Status another = failureOf(() -> fetchManifest(digest(BLOB)));
    assertThat(another.getCode()).isEqualTo(Code.DATA_LOSS);
    assertThat(another.getDescription()).contains(digest(BLOB), digest(content));
  }

  private FetchManifestResponse fetchManifest(String reference) {
    return RegistryGrpc.newBlockingStub(fixture.scanner)
        .withMaxInboundMessageSize(RelayLimits.MAX_MESSAGE_BYTES)
        .fetchManifest(
            FetchManifestRequest.newBuilder().setTunnel("acme").setReference(reference).build());
  }

  private static FetchManifestResponse manifest(byte[] content, String digest) {
    return FetchManifestResponse.newBuilder()
        .setContent(ByteString.copyFrom(content))
        .setDigest(digest)
        .build();
  }

  private void assertDefect(String what) throws Exception {
    Status status = fixture.fetch(request(BLOB).build()).readAll();
    assertThat(status.getCode()).isEqualTo(Code.INTERNAL);
    assertThat(status.getDescription()).contains(what);
  }

  @Test
  void statusAmidAStream_passes_andItsBytesAreNotVerified() throws Exception {
    fixture.registry.script =
        (request, caller) -> {
          caller.onNext(FetchBlobResponse.newBuilder().setHeader(whole(BLOB)).build());
          caller.onNext(ScriptedRegistry.data(BLOB, 0, 1000));
          caller.onError(Status.UNAVAILABLE.withDescription("registry gone").asException());
        };
    Status status = fixture.fetch(request(BLOB).build()).readAll();
    assertThat(status.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.getDescription()).isEqualTo("registry gone");
  }

  @Test
  void callerThatGoesAway_cancelsTheCallToTheClient() throws Exception {
    fixture.registry.script = fixture.registry.sends(BLOB, whole(BLOB));
    BlobReader reader = fixture.fetch(request(BLOB).build()).read(2);
    reader.cancel();
    assertThat(fixture.registry.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void callerThatStopsReading_stopsTheClient_andNobodyElse() throws Exception {
    byte[] large = content(40_000_000);
    fixture.registry.script = fixture.registry.sends(large, whole(large));
    BlobReader stalled = fixture.fetch(request(large).build()).read(2);

    // The others are the clock: while they moved 80 MB, the stalled one could have moved 40.
    for (int other = 0; other < 2; other++) {
      BlobReader reader = fixture.fetch(request(large).build());
      assertThat(reader.readAll().getCode()).isEqualTo(Code.OK);
    }
    long sentToStalled = fixture.registry.sentBytes.get() - 2L * large.length;
    assertThat(sentToStalled)
        .isLessThan(2L * RelayFixture.WINDOW_BYTES + RelayLimits.CALLER_READY_BYTES + (1 << 20));
    assertThat(fixture.relays.gauges().unsentBytes().now())
        .isPositive()
        .isLessThanOrEqualTo(RelayLimits.CALLER_READY_BYTES + ScriptedRegistry.CHUNK_BYTES);

    assertThat(stalled.readAll().getCode()).isEqualTo(Code.OK);
    assertThat(stalled.data()).isEqualTo(large);
  }

  @Test
  void tunnelThatIsNotAttached_isUnavailable_andNamed() {
    Status status = failureOf(() -> stat("absent"));
    assertThat(status.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.getDescription())
        .contains("no client attached under tunnel 'absent'", "--tunnel absent");
  }

  @Test
  void tunnelOfSomebodyElse_isDenied_whetherAttachedOrNot() {
    Status status = failureOf(() -> stat("beta"));
    assertThat(status.getCode()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(status.getDescription()).contains("'scanner'", "'beta'", "tokens file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Acme", "a/b", "-"})
  void tunnelAbsentOrMalformed_isAnInvalidArgument(String tunnel) {
    assertThat(failureOf(() -> stat(tunnel)).getCode()).isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void digestThatCannotBeChecked_isAnInvalidArgument() throws Exception {
    var request = FetchBlobRequest.newBuilder().setTunnel("acme").setDigest("sha512:00").build();
    Status status = fixture.fetch(request).readAll();
    assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void noToken_orAnUnknownOne_isUnauthenticated_andNotShown() {
    Status none =
        failureOf(
            () ->
                RegistryGrpc.newBlockingStub(fixture.anonymous())
                    .statBlob(StatBlobRequest.getDefaultInstance()));
    assertThat(none.getCode()).isEqualTo(Code.UNAUTHENTICATED);
    for (String wrong : new String[] {"Bearer psc_wrong", "Basic psc_wrong", "psc_wrong"}) {
      Status status =
          failureOf(
              () ->
                  RegistryGrpc.newBlockingStub(fixture.channel(wrong))
                      .statBlob(StatBlobRequest.newBuilder().setTunnel("acme").build()));
      assertThat(status.getCode()).isEqualTo(Code.UNAUTHENTICATED);
      assertThat(status.getDescription()).doesNotContain("psc_wrong");
    }
  }

  @Test
  void clientWithAsManyCallsAsItMay_isResourceExhausted() throws Exception {
    fixture.registry.script = fixture.registry.sends(BLOB, whole(BLOB));
    for (int call = 0; call < RelayFixture.MAX_CALLS; call++) {
      fixture.fetch(request(BLOB).build()).read(1);
    }
    assertThat(failureOf(() -> stat("acme")).getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void tunnelLostAmidACall_isUnavailable_andNamed() throws Exception {
    fixture.registry.script = fixture.registry.sends(BLOB, whole(BLOB));
    BlobReader reader = fixture.fetch(request(BLOB).build()).read(1);
    fixture.directory.detach(fixture.acme, "the connection was lost");
    fixture.killClient();
    Status status = reader.readAll();
    assertThat(status.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("'acme'", "the connection was lost", "try again");
  }

  @Test
  void callerThatGoesAway_afterItsTunnelWasLost_leavesNothingBehind() throws Exception {
    fixture.registry.script = fixture.registry.sends(BLOB, whole(BLOB));
    BlobReader reader = fixture.fetch(request(BLOB).build()).read(2);
    fixture.directory.detach(fixture.acme, "the connection was lost");
    fixture.cutWire();
    reader.cancel();
    // The rest is asserted after each test: no call, no byte, no buffer is left.
  }

  private Object stat(String tunnel) {
    return RegistryGrpc.newBlockingStub(fixture.scanner)
        .statBlob(StatBlobRequest.newBuilder().setTunnel(tunnel).build());
  }

  private static Status failureOf(Supplier<?> call) {
    try {
      return Status.OK.withDescription("it answered " + call.get());
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  private static FetchBlobRequest.Builder request(byte[] blob) {
    return FetchBlobRequest.newBuilder()
        .setTunnel("acme")
        .setRepository("team/app")
        .setDigest(digest(blob));
  }

  private static String digest(byte[] blob) {
    return "sha256:" + Sha256.of(ByteBuffer.wrap(blob));
  }

  private static BlobHeader whole(byte[] blob) {
    return header(blob.length, 0, blob.length);
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }
}
