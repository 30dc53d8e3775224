package dev.penstock.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.registry.v1.ListReferrersRequest;
import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.ListTagsResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.registry.v1.StatManifestRequest;
import dev.penstock.registry.v1.StatManifestResponse;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The unary methods beside FetchManifest. */
class SmallReadsRelayTest {
  private static final String DIGEST = "sha256:" + "0".repeat(64);
  private static final String ANOTHER = "sha256:" + "1".repeat(64);

  @TempDir Path temporary;
  private RelayFixture fixture;
  private RegistryBlockingStub stub;

  @BeforeEach
  void start() throws Exception {
    fixture = new RelayFixture(temporary);
    stub = RegistryGrpc.newBlockingStub(fixture.scanner);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    fixture.closeWithNothingLeft();
  }

  @Test
  void lists_pass() {
    ListTagsResponse tags =
        stub.listTags(
            ListTagsRequest.newBuilder()
                .setTunnel("acme")
                .setRepository("team/app")
                .setPageSize(7)
                .setPageToken("link:x")
                .build());
    assertThat(tags.getTagsList()).containsExactly("team/app");
    assertThat(tags.getNextPageToken()).isEqualTo("link:x7");
    var repositories = ListRepositoriesRequest.newBuilder().setTunnel("acme").build();
    assertThat(stub.listRepositories(repositories).getRepositoriesList())
        .containsExactly("team/app");
    var referrers = ListReferrersRequest.newBuilder().setTunnel("acme").setDigest(DIGEST).build();
    assertThat(stub.listReferrers(referrers).getReferrers(0).getAnnotationsMap())
        .containsEntry("subject", DIGEST);
  }

  @Test
  void list_ofATunnelThatIsNotTheCallersIsDenied() {
    var request = ListRepositoriesRequest.newBuilder().setTunnel("beta").build();
    assertThat(
            catchThrowableOfType(StatusRuntimeException.class, () -> stub.listRepositories(request))
                .getStatus()
                .getCode())
        .isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  void list_isAskedOfAnotherClientWhenTheFirstIsGone() throws Exception {
    fixture.attachAnother("two");
    fixture.loseFirst();
    var request = ListTagsRequest.newBuilder().setTunnel("acme").setRepository("r").build();
    assertThat(stub.listTags(request).getTagsList()).containsExactly("r");
  }

  @Test
  void manifestStat_passesWithTheDigestThatWasAskedForOrATag() {
    fixture.registry.statedDigest = DIGEST;
    assertThat(stat("1.0").getDigest()).isEqualTo(DIGEST);
    assertThat(stat(DIGEST).getSize()).isEqualTo(7);
  }

  @Test
  void manifestStat_ofAnotherDigestIsDataLoss() {
    fixture.registry.statedDigest = ANOTHER;
    Status status = statFails(DIGEST);
    assertThat(status.getCode()).isEqualTo(Code.DATA_LOSS);
    assertThat(status.getDescription()).contains(DIGEST, ANOTHER, "'acme'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:0", "sha512:00"})
  void manifestStat_withoutADigestIsADefectOfTheClient(String stated) {
    fixture.registry.statedDigest = stated;
    Status status = statFails("1.0");
    assertThat(status.getCode()).isEqualTo(Code.INTERNAL);
    assertThat(status.getDescription()).contains("stat manifest 1.0", "stated no digest");
  }

  private StatManifestResponse stat(String reference) {
    return stub.statManifest(
        StatManifestRequest.newBuilder().setTunnel("acme").setReference(reference).build());
  }

  private Status statFails(String reference) {
    return catchThrowableOfType(StatusRuntimeException.class, () -> stat(reference)).getStatus();
  }
}
