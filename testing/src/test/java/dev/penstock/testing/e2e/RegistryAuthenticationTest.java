package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.proxy.Direction;
import dev.penstock.testing.proxy.FaultProxy;
import dev.penstock.testing.proxy.junit.FaultProxyExtension;
import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.tokens.TokenServer;
import io.grpc.Status.Code;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Debian's registry with passwords, and with a token server whose signatures it checks. */
@RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryAuthenticationTest {
  private static final Credentials READER = DockerRegistry.READER;
  private static final String IDENTITY_TOKEN = "not-used-here";
  private static final int BYTES_PER_SECOND = 5_000_000;

  @TempDir static Path directory;
  @RegisterExtension final FaultProxyExtension lines = new FaultProxyExtension();
  private PublishedImage image;
  private TestIdentity signer;

  @BeforeAll
  void publish() throws Exception {
    image = PublishedImage.push(directory);
    signer = TestIdentity.create(directory);
  }

  @Test
  void passwordFile_opensTheRegistry() throws Exception {
    try (DockerRegistry registry = image.registry().passwords().start();
        Deployment penstock = deploy(registry.url(), READER)) {
      Outcomes.expectWhole(penstock, image.layer());
      Outcomes.expectPart(penstock, image.layer(), 1_000_000, 2_000_000);
      String digest = image.layer().digest();
      assertThat(penstock.caller().statBlob(Names.stat(digest)).getSize())
          .isEqualTo(image.layer().size());
      assertThat(
              penstock
                  .caller()
                  .fetchManifest(Names.manifest(PublishedImage.TAG))
                  .getContent()
                  .toStringUtf8())
          .contains(digest);
    }
  }

  @Test
  void wrongPassword_isNamedByItsUserAndItsFile() throws Exception {
    try (DockerRegistry registry = image.registry().passwords().start();
        ClientLog log = ClientLog.open();
        Deployment penstock =
            deploy(registry.url(), new Credentials(READER.username(), "open-sesame"))) {
      Outcomes.expectFailure(
          penstock,
          image.layer(),
          Code.FAILED_PRECONDITION,
          "the registry refuses the customer's credentials; the client's log says more");
      log.await("' at " + registry.url() + ": ", "(check user 'reader' and ", "registry.password");
      assertThat(log.lines()).noneMatch(line -> line.contains("open-sesame"));
    }
  }

  @Test
  void missingPassword_isAskedForByTheNamesOfItsSettings() throws Exception {
    try (DockerRegistry registry = image.registry().passwords().start();
        ClientLog log = ClientLog.open();
        Deployment penstock = Deployment.builder(directory).registry(registry.url()).start()) {
      Outcomes.expectFailure(
          penstock,
          image.layer(),
          Code.FAILED_PRECONDITION,
          "the registry asks for a user name and a password; the client's log says more");
      log.await("(there are none in --registry-username");
    }
  }

  @Test
  void tokens_areBoughtByAnybodyWhereAnybodyMay() throws Exception {
    try (TokenServer tokens = TokenServer.forAnybody(signer);
        DockerRegistry registry = image.registry().tokens(tokens.realm()).start();
        Deployment penstock = Deployment.builder(directory).registry(registry.url()).start()) {
      Outcomes.expectWhole(penstock, image.layer());
      Outcomes.expectPart(penstock, image.layer(), 1_000_000, 2_000_000);
      assertThat(tokens.sold()).as("one token does for all of a repository").isEqualTo(1);
      assertThat(tokens.usersSeen()).isEmpty();
    }
  }

  @Test
  void tokens_areBoughtWithThePassword() throws Exception {
    try (TokenServer tokens = TokenServer.forUser(signer, READER, IDENTITY_TOKEN);
        DockerRegistry registry = image.registry().tokens(tokens.realm()).start();
        Deployment penstock = deploy(registry.url(), READER)) {
      Outcomes.expectWhole(penstock, image.layer());
      assertThat(tokens.usersSeen()).containsExactly(READER.username());
      assertThat(tokens.refused()).isZero();
    }
  }

  @Test
  void tokenServerThatRefusesThePassword_isNamed() throws Exception {
    try (TokenServer tokens = TokenServer.forUser(signer, READER, IDENTITY_TOKEN);
        DockerRegistry registry = image.registry().tokens(tokens.realm()).start();
        ClientLog log = ClientLog.open();
        Deployment penstock =
            deploy(registry.url(), new Credentials(READER.username(), "open-sesame"))) {
      String origin = "http://" + tokens.realm().url().getAuthority();
      Outcomes.expectFailure(
          penstock,
          image.layer(),
          Code.FAILED_PRECONDITION,
          "the registry's token server answered 401; the client's log says more");
      log.await(
          "answered 401",
          "(it is " + origin + "; check ",
          "--registry-username",
          "--registry-password-file");
      assertThat(tokens.sold()).isZero();
    }
  }

  /** Told honestly that a token lives for 2 s, or made to believe that it lives for 5 minutes. */
  @ParameterizedTest
  @ValueSource(longs = {2, 300})
  void tokenThatDiesWithinATransfer_isReplacedWhenTheTransferGoesOn(long saidSeconds)
      throws Exception {
    try (TokenServer tokens = TokenServer.forUser(signer, READER, IDENTITY_TOKEN);
        DockerRegistry registry = image.registry().tokens(tokens.realm()).start()) {
      tokens.lifetime(Duration.ofSeconds(2), Duration.ofSeconds(saidSeconds));
      FaultProxy line =
          lines.to(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), registry.url().getPort()));
      line.limit(Direction.DOWN, BYTES_PER_SECOND); // about 4 s for the blob
      line.cutEvery(Duration.ofMillis(700));
      URI through = URI.create("http://127.0.0.1:" + line.address().getPort());
      try (Deployment penstock = deploy(through, READER)) {
        Outcomes.expectWhole(penstock, image.layer());
      }
      assertThat(line.stats().cuts()).isPositive();
      assertThat(tokens.sold()).isGreaterThanOrEqualTo(2);
      assertThat(tokens.refused()).isZero();
    }
  }

  private static Deployment deploy(URI registry, Credentials shown) throws Exception {
    return Deployment.builder(directory)
        .registry(registry)
        .registryCredentials(shown.username(), shown.password())
        .start();
  }
}
