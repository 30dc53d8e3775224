package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.registry.v1.Descriptor;
import dev.penstock.registry.v1.ListReferrersRequest;
import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.registry.v1.ListRepositoriesResponse;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.ListTagsResponse;
import dev.penstock.registry.v1.StatManifestRequest;
import dev.penstock.registry.v1.StatManifestResponse;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.Manifest;
import dev.penstock.testing.registry.Access;
import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.testing.registry.ListFault;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Repositories, tags and referrers through the whole product, with two clients that take turns. */
class ListsTest {
  private static final Credentials READER = new Credentials("reader", "a secret");
  private static final int REPOSITORIES = 20_000;
  private static final String SBOM = "application/spdx+json";

  @TempDir Path directory;
  private EmbeddedRegistry registry;
  private Deployment penstock;

  @BeforeEach
  void start() throws Exception {
    registry = EmbeddedRegistry.builder().access(new Access.Bearer(READER)).start();
    penstock =
        Deployment.builder(directory)
            .registry(registry.url())
            .registryCredentials(READER.username(), READER.password())
            .clients(2)
            .start();
  }

  @AfterEach
  void stop() {
    penstock.close();
    registry.close();
  }

  @Test
  void twentyThousandRepositories_comeOnceEach_andNoneThatIsNotAllowed() {
    List<String> expected = addRepositories(REPOSITORIES);
    IntStream.range(0, 2_500).forEach(i -> registry.add("secret/r%05d".formatted(i)));

    List<Integer> sizes = new ArrayList<>();
    assertThat(repositories(5_000, sizes)).isEqualTo(expected);
    assertThat(sizes).hasSize(21).allMatch(size -> size > 0 && size <= 1_000);
  }

  @Test
  void repositories_ofARegistryWithoutLinksComeOnceEach() {
    List<String> expected = addRepositories(3_000);
    registry.breakLists(ListFault.NO_LINK);
    assertThat(repositories(1_000, new ArrayList<>())).isEqualTo(expected);
  }

  @Test
  void repositories_ofARegistryWithoutPagesComeAtOnce() {
    List<String> expected = addRepositories(REPOSITORIES);
    registry.breakLists(ListFault.IGNORES_PAGES);
    List<Integer> sizes = new ArrayList<>();
    assertThat(repositories(100, sizes)).isEqualTo(expected);
    assertThat(sizes).containsExactly(REPOSITORIES);
  }

  @Test
  void repositories_beyondWhatAPageMayHoldAreRefused() {
    String long100 = "x".repeat(100);
    IntStream.range(0, 50_000).forEach(i -> registry.add("team/%s%05d".formatted(long100, i)));
    registry.breakLists(ListFault.IGNORES_PAGES);
    Status status = fails(() -> repositories(100, new ArrayList<>()));
    assertThat(status.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    registry.breakLists();
    assertThat(repositories(1_000, new ArrayList<>())).hasSize(50_000);
  }

  @ParameterizedTest
  @EnumSource(names = {"SAME_LINK", "FOREIGN_LINK", "NO_CATALOG"})
  void repositories_thatCannotBeListedAreAFailedPrecondition(ListFault fault) {
    addRepositories(200);
    registry.breakLists(fault);
    Status status = fails(() -> repositories(100, new ArrayList<>()));
    assertThat(status.getCode()).as("%s", status).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(status.getDescription()).contains("catalog of registry");
  }

  @Test
  void tags_comeInPages_andEachResolvesToItsDigest() {
    Image image = Image.singleArch(List.of(Blob.generated(1, 10)));
    List<String> tags = IntStream.range(0, 25).mapToObj(i -> "v%02d".formatted(i)).toList();
    tags.forEach(tag -> registry.add(Names.REPOSITORY, tag, image));
    List<String> listed = new ArrayList<>();
    String token = "";
    do {
      ListTagsResponse page =
          penstock
              .caller()
              .listTags(
                  ListTagsRequest.newBuilder()
                      .setTunnel(Names.TUNNEL)
                      .setRepository(Names.REPOSITORY)
                      .setPageSize(10)
                      .setPageToken(token)
                      .build());
      listed.addAll(page.getTagsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(listed).isEqualTo(tags);
    StatManifestResponse stat = stat(listed.get(0));
    assertThat(stat.getDigest()).isEqualTo(image.top().digest());
    assertThat(stat.getSize()).isEqualTo(image.top().content().size());
    assertThat(stat.getMediaType()).isEqualTo(Manifest.IMAGE);
    assertThat(stat(stat.getDigest())).isEqualTo(stat);
  }

  @ParameterizedTest
  @EnumSource(names = {"IGNORES_ARTIFACT_TYPE", "NO_LINK"})
  void referrers_areFilteredByTheRegistryOrByTheClient(ListFault fault) {
    registry.breakLists(fault);
    Manifest subject = manifest("{\"schemaVersion\":2}");
    Manifest sbom = referrer(subject, SBOM);
    for (Manifest each : List.of(subject, sbom, referrer(subject, "application/x-signature"))) {
      registry.add(Names.REPOSITORY, each);
    }
    assertThat(referrers(subject, "")).hasSize(2);
    assertThat(referrers(subject, SBOM)).containsExactly(descriptor(sbom));
  }

  @Test
  void referrers_withoutTheApiAreThoseOfTheTagInItsPlace() {
    registry.breakLists(ListFault.NO_REFERRERS);
    Manifest subject = manifest("{\"schemaVersion\":2}");
    Manifest sbom = referrer(subject, SBOM);
    assertThat(referrers(subject, "")).isEmpty();
    Manifest index =
        new Manifest(
            Blob.of(
                """
                {"schemaVersion":2,"manifests":[{"mediaType":"%s","digest":"%s","size":%d,
                 "artifactType":"%s","annotations":{"made":"by a test"}}]}"""
                    .formatted(sbom.mediaType(), sbom.digest(), sbom.content().size(), SBOM)
                    .getBytes(UTF_8)),
            Manifest.INDEX);
    registry.add(
        Names.REPOSITORY,
        subject.digest().replace(':', '-'),
        new Image(index, List.of(index), List.of()));
    assertThat(referrers(subject, SBOM)).containsExactly(descriptor(sbom));
    assertThat(referrers(subject, "application/other")).isEmpty();
  }

  private List<String> addRepositories(int count) {
    List<String> names =
        IntStream.range(0, count).mapToObj(i -> "team/r%05d".formatted(i)).toList();
    names.forEach(registry::add);
    return names;
  }

  private List<String> repositories(int pageSize, List<Integer> sizes) {
    List<String> all = new ArrayList<>();
    String token = "";
    do {
      ListRepositoriesResponse page =
          penstock
              .caller()
              .listRepositories(
                  ListRepositoriesRequest.newBuilder()
                      .setTunnel(Names.TUNNEL)
                      .setPageSize(pageSize)
                      .setPageToken(token)
                      .build());
      all.addAll(page.getRepositoriesList());
      sizes.add(page.getRepositoriesCount());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }

  private StatManifestResponse stat(String reference) {
    return penstock
        .caller()
        .statManifest(
            StatManifestRequest.newBuilder()
                .setTunnel(Names.TUNNEL)
                .setRepository(Names.REPOSITORY)
                .setReference(reference)
                .build());
  }

  private List<Descriptor> referrers(Manifest subject, String artifactType) {
    return penstock
        .caller()
        .listReferrers(
            ListReferrersRequest.newBuilder()
                .setTunnel(Names.TUNNEL)
                .setRepository(Names.REPOSITORY)
                .setDigest(subject.digest())
                .setArtifactType(artifactType)
                .build())
        .getReferrersList();
  }

  private static Manifest manifest(String json) {
    return new Manifest(Blob.of(json.getBytes(UTF_8)), Manifest.IMAGE);
  }

  private static Manifest referrer(Manifest subject, String type) {
    return manifest(
        """
        {"artifactType":"%s","subject":{"digest":"%s"},"annotations":{"made":"by a test"}}"""
            .formatted(type, subject.digest()));
  }

  private static Descriptor descriptor(Manifest referrer) {
    return Descriptor.newBuilder()
        .setMediaType(referrer.mediaType())
        .setDigest(referrer.digest())
        .setSize(referrer.content().size())
        .setArtifactType(SBOM)
        .putAnnotations("made", "by a test")
        .build();
  }

  private static Status fails(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus();
  }
}
