package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.Nginx;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.proxy.FaultProxy;
import dev.penstock.testing.proxy.junit.FaultProxyExtension;
import dev.penstock.testing.tokens.TokenServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Debian's registry with its blobs in a store of another origin, nginx, which answers 400 to a
 * request that carries {@code Authorization}: what the registry is shown must not reach the store.
 */
@RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO, PeerBinary.NGINX})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedirectingStoreTest {
  @TempDir static Path directory;
  @RegisterExtension final FaultProxyExtension lines = new FaultProxyExtension();
  private PublishedImage image;
  private Nginx store;

  @BeforeAll
  void publish() throws Exception {
    image = PublishedImage.push(directory);
    store = Nginx.storeOf(image.storage(), Files.createDirectory(directory.resolve("nginx")));
  }

  @AfterAll
  void stop() {
    store.close();
  }

  @Test
  void password_staysWithTheRegistry() throws Exception {
    try (DockerRegistry registry = image.registry().passwords().redirectTo(store.url()).start();
        Deployment penstock = deploy(registry)) {
      Outcomes.expectWhole(penstock, image.layer());
      Outcomes.expectPart(penstock, image.layer(), 1_000_000, 2_000_000);
    }
  }

  @Test
  void token_staysWithTheRegistry() throws Exception {
    TestIdentity signer = TestIdentity.create(Files.createDirectory(directory.resolve("signer")));
    try (TokenServer tokens = TokenServer.forUser(signer, DockerRegistry.READER, "");
        DockerRegistry registry =
            image.registry().tokens(tokens.realm()).redirectTo(store.url()).start();
        Deployment penstock = deploy(registry)) {
      Outcomes.expectWhole(penstock, image.layer());
      Outcomes.expectPart(penstock, image.layer(), 1_000_000, 2_000_000);
    }
  }

  @Test
  void storeThatBreaksOff_isFoundAgainThroughTheRegistry() throws Exception {
    FaultProxy line =
        lines.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), store.url().getPort()));
    URI through = URI.create("http://127.0.0.1:" + line.address().getPort());
    try (DockerRegistry registry = image.registry().passwords().redirectTo(through).start();
        Deployment penstock = deploy(registry)) {
      line.onCut(() -> cutAgain(line));
      line.cutAfter(3_000_000);
      Outcomes.expectWhole(penstock, image.layer());
      assertThat(line.stats().cuts()).isGreaterThanOrEqualTo(3);
    }
  }

  private static void cutAgain(FaultProxy line) {
    if (line.stats().cuts() < 3) {
      line.cutAfter(3_000_000);
    }
  }

  private static Deployment deploy(DockerRegistry registry) throws Exception {
    return Deployment.builder(directory)
        .registry(registry.url())
        .registryCredentials(DockerRegistry.READER.username(), DockerRegistry.READER.password())
        .start();
  }
}
