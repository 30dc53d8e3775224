package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.NetworkBuilder;
import dev.penstock.client.Secret;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.peers.Squid;
import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.registry.Credentials;
import io.grpc.Status.Code;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Both legs through Debian's squid, which wants a user and a password. */
@RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO, PeerBinary.SQUID})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxiesTest {
  private static final Credentials USER = new Credentials("dialler", "a-rather-long-secret");

  @TempDir static Path directory;
  private PublishedImage image;
  private DockerRegistry registry;
  private Path password;
  private Path wrongPassword;
  private Squid squid;

  @BeforeAll
  void publish() throws Exception {
    image = PublishedImage.push(directory);
    registry = image.registry().start();
    password = Files.writeString(directory.resolve("proxy.password"), USER.password());
    wrongPassword = Files.writeString(directory.resolve("wrong.password"), "open-sesame");
  }

  @AfterAll
  void stop() {
    registry.close();
  }

  @BeforeEach
  void startSquid() throws Exception {
    squid = Squid.start(USER);
  }

  @AfterEach
  void stopSquid() throws Exception {
    squid.close();
  }

  @Test
  void registryOverPlainHttp_isReadByForwardedRequests() throws Exception {
    try (Deployment penstock =
        settings(registry.url())
            .tuneClient(config -> through(config, config.registryNetwork(), password))
            .start()) {
      Outcomes.expectWhole(penstock, image.layer());
      Outcomes.expectPart(penstock, image.layer(), 1_000_000, 2_000_000);
    }
    String blob = registry.url() + "/v2/" + Names.REPOSITORY + "/blobs/" + image.layer().digest();
    assertThat(squid.awaitAccess("GET " + blob + " dialler", Bounds.EVENT)).isTrue();
  }

  @Test
  void registryOverTls_isReadThroughConnect() throws Exception {
    TestAuthority authority = TestAuthority.create(directory);
    try (DockerRegistry secure = image.registry().tls(authority.issue()).start()) {
      try (Deployment penstock =
          settings(secure.url())
              .tuneClient(
                  config -> {
                    config.registryNetwork().ca(authority.certificate());
                    return through(config, config.registryNetwork(), password);
                  })
              .start()) {
        Outcomes.expectWhole(penstock, image.layer());
      }
      expectConnect(secure.url().getAuthority());
    }
  }

  @Test
  void registryThatIsExcepted_isReadWithoutTheProxy() throws Exception {
    try (Deployment penstock =
        settings(registry.url())
            .tuneClient(
                config -> {
                  config.registryNetwork().noProxy("127.0.0.0/8");
                  return through(config, config.registryNetwork(), password);
                })
            .start()) {
      Outcomes.expectWhole(penstock, image.layer());
    }
    assertThat(squid.accesses()).isEmpty();
  }

  @Test
  void tunnel_isDialledThroughConnect() throws Exception {
    String server;
    try (Deployment penstock =
        settings(registry.url())
            .tuneClient(config -> through(config, config.network(), password))
            .start()) {
      server = "127.0.0.1:" + penstock.publicAddress().getPort();
      Outcomes.expectWhole(penstock, image.layer());
    }
    expectConnect(server);
    assertThat(squid.accesses()).noneMatch(line -> line.contains("/v2/"));
  }

  @Test
  void bothLegs_goThroughTheProxyAtOnce() throws Exception {
    String server;
    try (Deployment penstock =
        settings(registry.url())
            .tuneClient(
                config ->
                    through(
                        through(config, config.network(), password),
                        config.registryNetwork(),
                        password))
            .start()) {
      server = "127.0.0.1:" + penstock.publicAddress().getPort();
      Outcomes.expectWhole(penstock, image.layer());
    }
    expectConnect(server);
    assertThat(squid.awaitAccess("GET " + registry.url() + "/v2/", Bounds.EVENT)).isTrue();
  }

  @Test
  void wrongPasswordOnTheWayToTheRegistry_isSaidToBeTheProxys() throws Exception {
    URI secure = URI.create("https://" + registry.url().getAuthority());
    try (ClientLog log = ClientLog.open();
        Deployment penstock =
            settings(secure)
                .tuneClient(config -> through(config, config.registryNetwork(), wrongPassword))
                .start()) {
      String[] phrases = {
        "the proxy on the way to the registry does not connect: ",
        "407",
        "; it wants a user and a password, or others than these"
      };
      Outcomes.expectFailure(penstock, image.layer(), Code.UNAVAILABLE, phrases);
      log.await(phrases);
      assertThat(log.lines()).noneMatch(line -> line.contains("open-sesame"));
    }
  }

  /** Here the proxy answers in the registry's place. */
  @Test
  void wrongPasswordOnTheWayToAPlainRegistry_isToldByItsStatus() throws Exception {
    try (Deployment penstock =
        settings(registry.url())
            .tuneClient(config -> through(config, config.registryNetwork(), wrongPassword))
            .start()) {
      BlobReceiver receiver = BlobReceiver.reading();
      penstock.fetch(Names.blob(image.layer().digest()), receiver);
      assertThat(receiver.await(Bounds.TRANSFER).getDescription())
          .contains("407")
          .doesNotContain("open-sesame");
    }
  }

  @Test
  void wrongPasswordOnTheWayToTheServer_isSaidToBeTheProxys() throws Exception {
    try (ClientLog log = ClientLog.open();
        Deployment penstock =
            settings(registry.url())
                .clients(0)
                .tuneClient(config -> through(config, config.network(), wrongPassword))
                .start()) {
      var unused = penstock.startClient();
      log.await(
          "not attached: proxy ",
          squid.url().getAuthority(),
          "127.0.0.1:" + penstock.publicAddress().getPort(),
          "407",
          "; it wants a user and a password, or others than these");
      assertThat(log.lines()).noneMatch(line -> line.contains("open-sesame"));
      Outcomes.expectFailure(penstock, image.layer(), Code.UNAVAILABLE, Names.TUNNEL);
    }
  }

  private static Deployment.Builder settings(URI registry) {
    return Deployment.builder(directory).registry(registry);
  }

  private ClientConfig.Builder through(
      ClientConfig.Builder config, NetworkBuilder leg, Path passwordFile) {
    var unused =
        leg.proxy(squid.urlFor(USER.username()).toString())
            .proxyPassword(Secret.inFile(passwordFile));
    return config;
  }

  /** The tunnel through the proxy has ended, and so it has its line. */
  private void expectConnect(String authority) throws Exception {
    String line = "CONNECT " + authority + " " + USER.username();
    assertThat(squid.awaitAccess(line, Bounds.EVENT)).as(line).isTrue();
  }
}
