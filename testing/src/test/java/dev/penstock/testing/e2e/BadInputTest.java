package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.testing.registry.Fault;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of bad input gets its own clear status, and the next caller is served as ever. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
  private static final String UNKNOWN_DIGEST = "sha256:" + "0".repeat(64);
  private static final long BLOB_BYTES = 6_000_000;

  private final Blob blob = Blob.generated(31, BLOB_BYTES);
  private EmbeddedRegistry registry;
  private Deployment penstock;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    registry = EmbeddedRegistry.start();
    registry.add(Names.REPOSITORY, "1.0", Image.singleArch(List.of(blob)));
    registry.add("secret/app", blob);
    penstock =
        Deployment.builder(directory)
            .registry(registry.url())
            .tuneClient(config -> config.registryPatience(Duration.ofSeconds(1)))
            .start();
  }

  @BeforeEach
  void repair() {
    registry.repairBlob(blob.digest());
  }

  @AfterAll
  void stop() {
    penstock.close();
    registry.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "TEAM/app",
        "team//app",
        "/team/app",
        "team/app/",
        "team/../secret/app",
        "team/app?x=1",
        "team/app%2f..",
        "team/áccent",
        "team/app\n"
      })
  void repository_outsideTheGrammarIsRefused(String repository) throws Exception {
    expect(request().setRepository(repository).build(), Code.INVALID_ARGUMENT, "repository");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "latest",
        "sha256:",
        "sha256:0123",
        "sha256:../../../etc/passwd",
        "SHA256:0000000000000000000000000000000000000000000000000000000000000000",
        "sha256:000000000000000000000000000000000000000000000000000000000000000G",
        "sha256:ABCDEF0000000000000000000000000000000000000000000000000000000000"
      })
  void digest_outsideTheGrammarIsRefused(String digest) throws Exception {
    expect(request().setDigest(digest).build(), Code.INVALID_ARGUMENT, "digest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".hidden", "-x", "a/b", "white space", "sha256:123"})
  void reference_outsideTheGrammarIsRefused(String reference) {
    expectManifest(reference, Code.INVALID_ARGUMENT);
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, -1", "6000001, 0", "9223372036854775807, 1"})
  void range_outsideTheBlobIsRefused(long offset, long length) throws Exception {
    FetchBlobRequest request = request().setOffset(offset).setLength(length).build();
    expect(request, Code.INVALID_ARGUMENT, "");
  }

  @Test
  void tunnel_thatIsNotNamedIsRefused() throws Exception {
    expect(request().setTunnel("").build(), Code.INVALID_ARGUMENT, "tunnel");
  }

  @Test
  void repository_thatTheRegistryDoesNotKnowIsNotFound() throws Exception {
    expect(request().setRepository("team/none").build(), Code.NOT_FOUND, "team/none");
  }

  @Test
  void blob_thatTheRegistryDoesNotKnowIsNotFound() throws Exception {
    expect(request().setDigest(UNKNOWN_DIGEST).build(), Code.NOT_FOUND, UNKNOWN_DIGEST);
  }

  @Test
  void manifest_thatTheRegistryDoesNotKnowIsNotFound() {
    expectManifest("2.0", Code.NOT_FOUND);
    expectManifest(UNKNOWN_DIGEST, Code.NOT_FOUND);
  }

  @Test
  void registryName_thatTheClientDoesNotKnowIsNotFound() throws Exception {
    expect(request().setRegistry("other").build(), Code.NOT_FOUND, "other");
  }

  @Test
  void repository_outsideTheAllowListIsDenied() throws Exception {
    expect(request().setRepository("secret/app").build(), Code.PERMISSION_DENIED, "secret/app");
    assertThat(registry.traffic(blob.digest()).transfersOpen()).isZero();
  }

  @Test
  void tunnel_thatTheCallerMayNotUseIsDenied() throws Exception {
    expect(request().setTunnel("stranger").build(), Code.PERMISSION_DENIED, "stranger");
  }

  @Test
  void tunnel_thatIsNotAttachedIsUnavailable() throws Exception {
    expect(request().setTunnel(Names.OTHER_TUNNEL).build(), Code.UNAVAILABLE, Names.OTHER_TUNNEL);
  }

  @Test
  void caller_withoutAKnownTokenIsUnauthenticated() {
    for (String token : List.of("", "psc_wrong")) {
      StatusRuntimeException refused =
          Assertions.catchThrowableOfType(
              StatusRuntimeException.class,
              () -> penstock.callerWithToken(token).statBlob(Names.stat(blob.digest())));
      assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
    }
  }

  @Test
  void registry_thatIsDownIsUnavailable(@TempDir Path directory) throws Exception {
    URI nobody;
    try (EmbeddedRegistry closed = EmbeddedRegistry.start()) {
      nobody = closed.url();
    }
    try (Deployment other = Deployment.builder(directory).registry(nobody).start()) {
      BlobReceiver receiver = BlobReceiver.reading();
      other.fetch(request().build(), receiver);
      Status status = receiver.await(Bounds.TRANSFER);
      assertThat(status.getCode()).as("%s", status).isEqualTo(Code.UNAVAILABLE);
      assertThat(status.getDescription()).contains(nobody.getAuthority());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void registry_thatFailsIsUnavailable(int httpStatus) throws Exception {
    registry.breakBlob(blob.digest(), new Fault.Status(httpStatus));
    expect(request().build(), Code.UNAVAILABLE, String.valueOf(httpStatus));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void registry_thatRefusesTheClientIsAFailedPrecondition(int httpStatus) throws Exception {
    registry.breakBlob(blob.digest(), new Fault.Status(httpStatus));
    expect(request().build(), Code.FAILED_PRECONDITION, "");
  }

  static Stream<Fault> alterations() {
    return Stream.of(
        new Fault.CloseAt(0),
        new Fault.CloseAt(1),
        new Fault.CloseAt(3_000_000),
        new Fault.CloseAt(BLOB_BYTES - 1),
        new Fault.Shorten(0),
        new Fault.Shorten(BLOB_BYTES - 1),
        new Fault.Lengthen(1),
        new Fault.Lengthen(100_000),
        new Fault.Corrupt(0),
        new Fault.Corrupt(3_000_000),
        new Fault.Corrupt(BLOB_BYTES - 1));
  }

  @ParameterizedTest
  @MethodSource("alterations")
  void blob_thatComesShortOrAlteredIsDataLoss(Fault fault) throws Exception {
    registry.breakBlob(blob.digest(), fault);
    expect(request().build(), Code.DATA_LOSS, "");
  }

  @Test
  void range_thatComesShortIsDataLoss() throws Exception {
    registry.breakBlob(blob.digest(), new Fault.CloseAt(2_000_000));
    expect(Names.blobRange(blob.digest(), 1_000_000, 2_000_000), Code.DATA_LOSS, "");
  }

  private FetchBlobRequest.Builder request() {
    return Names.blob(blob.digest()).toBuilder();
  }

  private void expect(FetchBlobRequest request, Code code, String inDescription) throws Exception {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(request, receiver);
    Status status = receiver.await(Bounds.TRANSFER);
    assertThat(status.getCode()).as("%s", status).isEqualTo(code);
    assertThat(status.getDescription()).contains(inDescription);
    expectNobodyHarmed();
  }

  private void expectManifest(String reference, Code code) {
    StatusRuntimeException refused =
        Assertions.catchThrowableOfType(
            StatusRuntimeException.class,
            () -> penstock.caller().fetchManifest(Names.manifest(reference)));
    assertThat(refused.getStatus().getCode()).as("%s", refused.getStatus()).isEqualTo(code);
    assertThat(penstock.caller().fetchManifest(Names.manifest("1.0")).getDigest()).isNotEmpty();
  }

  private void expectNobodyHarmed() throws InterruptedException {
    registry.repairBlob(blob.digest());
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(request().build(), receiver);
    Status status = receiver.await(Bounds.TRANSFER);
    assertThat(status.isOk()).as("the caller after: %s", status).isTrue();
    assertThat(receiver.digest()).isEqualTo(blob.digest());
  }
}
