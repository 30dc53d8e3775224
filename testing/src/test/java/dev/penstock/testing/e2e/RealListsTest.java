package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.v1.ListReferrersRequest;
import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.registry.v1.ListRepositoriesResponse;
import dev.penstock.registry.v1.ListTagsRequest;
import dev.penstock.registry.v1.ListTagsResponse;
import dev.penstock.registry.v1.StatManifestRequest;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.OciLayout;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.peers.Skopeo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What Debian's registry lists: repositories in pages, and tags and referrers in its own ways. */
@RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealListsTest {
  private static final List<String> REPOSITORIES =
      List.of("team/app", "team/base", "team/cache", "team/deep/er/still", "team/end");

  private final Image image = Image.singleArch(List.of(Blob.layer(1, 1_000)));
  private DockerRegistry registry;
  private Deployment penstock;

  @BeforeAll
  void pushImages(@TempDir Path directory) throws Exception {
    registry = DockerRegistry.start(directory);
    Path layout = directory.resolve("layout");
    OciLayout.write(layout, image, "1.0");
    Path output = directory.resolve("push.log");
    for (String repository : REPOSITORIES) {
      Skopeo.push(layout, "1.0", registry.url(), repository, output);
    }
    for (String hidden : List.of("apple/pie", "secret/a", "secret/b", "secret/c")) {
      Skopeo.push(layout, "1.0", registry.url(), hidden, output);
    }
    penstock = Deployment.builder(directory).registry(registry.url()).start();
  }

  @AfterAll
  void stop() {
    if (penstock != null) {
      penstock.close();
    }
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void repositories_comeOnceEach_inPages() {
    for (int pageSize : List.of(1, 2, 3, 0, 1000)) {
      List<String> listed = new ArrayList<>();
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
        listed.addAll(page.getRepositoriesList());
        token = page.getNextPageToken();
        assertThat(token).doesNotContain("secret", "apple");
      } while (!token.isEmpty());
      assertThat(listed).as("in pages of %d", pageSize).isEqualTo(REPOSITORIES);
    }
  }

  @Test
  void tags_comeOnceEach_whetherTheRegistryPagesThemOrNot() {
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
                      .setPageSize(1)
                      .setPageToken(token)
                      .build());
      listed.addAll(page.getTagsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    assertThat(listed).containsExactly("1.0");
  }

  @Test
  void referrers_ofARegistryWithoutTheApiAreNone() {
    ListReferrersRequest request =
        ListReferrersRequest.newBuilder()
            .setTunnel(Names.TUNNEL)
            .setRepository(Names.REPOSITORY)
            .setDigest(image.top().digest())
            .build();
    assertThat(penstock.caller().listReferrers(request).getReferrersList()).isEmpty();
  }

  @Test
  void manifestStat_resolvesTheTag() {
    StatManifestRequest request =
        StatManifestRequest.newBuilder()
            .setTunnel(Names.TUNNEL)
            .setRepository(Names.REPOSITORY)
            .setReference("1.0")
            .build();
    assertThat(penstock.caller().statManifest(request).getDigest()).isEqualTo(image.top().digest());
  }
}
