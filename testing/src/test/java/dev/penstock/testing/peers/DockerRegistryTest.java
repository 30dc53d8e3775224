package dev.penstock.testing.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Image;
import dev.penstock.testing.image.OciLayout;
import dev.penstock.testing.registry.Credentials;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which the real registry can be set up, as curl sees it. */
@RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.CURL})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DockerRegistryTest {
  private static final Credentials READER = DockerRegistry.READER;

  @TempDir static Path directory;
  private Curl curl;
  private TestAuthority authority;

  @BeforeAll
  void start() throws Exception {
    curl = new Curl(directory);
    authority = TestAuthority.create(directory);
  }

  @Test
  void passwords_letTheReaderInAndNobodyElse() throws Exception {
    try (DockerRegistry registry = DockerRegistry.builder(directory).passwords().start()) {
      String root = registry.url() + "/v2/";
      assertThat(curl.statuses(root)).isEqualTo("401/000");
      assertThat(curl.statuses("-u", "reader:wrong", root)).isEqualTo("401/000");
      String pair = READER.username() + ":" + READER.password();
      assertThat(curl.statuses("-u", pair, root)).isEqualTo("200/000");
    }
  }

  @Test
  void tls_isForThoseWhoTrustTheAuthority() throws Exception {
    TestAuthority stranger = TestAuthority.create(directory);
    try (DockerRegistry registry =
        DockerRegistry.builder(directory).tls(authority.issue()).start()) {
      String root = registry.url() + "/v2/";
      assertThat(root).startsWith("https://");
      assertThat(curl.statuses("--cacert", authority.certificate(), root)).isEqualTo("200/000");
      assertThat(curl.statuses("--cacert", stranger.certificate(), root)).isEqualTo("000/000");
    }
  }

  @Test
  void badCertificates_areRefusedByCurlToo() throws Exception {
    for (TestIdentity bad :
        List.of(authority.issueExpired(), authority.issueFor("registry.example"))) {
      try (DockerRegistry registry = DockerRegistry.builder(directory).tls(bad).start()) {
        String root = registry.url() + "/v2/";
        assertThat(curl.statuses("--cacert", authority.certificate(), root)).isEqualTo("000/000");
        assertThat(curl.statuses("--insecure", root)).isEqualTo("200/000");
      }
    }
  }

  @Test
  void clientCertificate_isRequiredWhereAnAuthorityIsGiven() throws Exception {
    TestIdentity client = authority.issueForClient("penstock");
    try (DockerRegistry registry =
        DockerRegistry.builder(directory)
            .tls(authority.issue())
            .clientAuthority(authority.certificate())
            .start()) {
      String root = registry.url() + "/v2/";
      Path ca = authority.certificate();
      assertThat(curl.statuses("--cacert", ca, root)).isEqualTo("000/000");
      assertThat(
              curl.statuses(
                  "--cacert", ca, "--cert", client.certificate(), "--key", client.key(), root))
          .isEqualTo("200/000");
    }
  }

  @Test
  @RequiresPeer({PeerBinary.SKOPEO, PeerBinary.NGINX})
  void redirects_leadToAStoreThatRefusesAuthorization(@TempDir Path own) throws Exception {
    Blob layer = Blob.layer(7, 100_000);
    OciLayout.write(own.resolve("layout"), Image.singleArch(List.of(layer)), "1.0");
    try (DockerRegistry plain = DockerRegistry.start(own)) {
      Path output = own.resolve("skopeo.log");
      Skopeo.push(own.resolve("layout"), "1.0", plain.url(), "team/app", output);
    }
    try (Nginx store = Nginx.storeOf(DockerRegistry.storage(own), own);
        DockerRegistry registry = DockerRegistry.builder(own).redirectTo(store.url()).start()) {
      String blob = registry.url() + "/v2/team/app/blobs/" + layer.digest();
      assertThat(curl.statuses(blob)).isEqualTo("307/000");
      assertThat(curl.statuses("-L", blob)).isEqualTo("200/000");
      assertThat(curl.statuses("-L", "-r", "10-19", blob)).isEqualTo("206/000");
      String leaking = "Authorization: Bearer x";
      assertThat(curl.statuses("-L", "-H", leaking, "--location-trusted", blob))
          .isEqualTo("400/000");
    }
  }
}
