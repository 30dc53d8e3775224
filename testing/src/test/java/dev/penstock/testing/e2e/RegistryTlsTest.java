package dev.penstock.testing.e2e;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.NetworkBuilder;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import io.grpc.Status.Code;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Debian's registry under TLS: a private authority, client certificates, and bad certificates. */
@RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RegistryTlsTest {
  private static final String FAILED = "TLS with the registry failed: ";
  private static final String OTHER_HOST = "registry.example";

  @TempDir static Path directory;
  private PublishedImage image;
  private TestAuthority authority;
  private TestIdentity certificate;

  @BeforeAll
  void publish() throws Exception {
    image = PublishedImage.push(directory);
    authority = TestAuthority.create(directory);
    certificate = authority.issue();
  }

  @Test
  void privateAuthority_isTrustedByItsFile() throws Exception {
    try (DockerRegistry registry = image.registry().tls(certificate).start();
        Deployment penstock = deploy(registry, network -> network)) {
      Outcomes.expectWhole(penstock, image.layer());
      Outcomes.expectPart(penstock, image.layer(), 1_000_000, 2_000_000);
    }
  }

  @Test
  void passwordAndPrivateAuthority_goTogether() throws Exception {
    try (DockerRegistry registry = image.registry().tls(certificate).passwords().start();
        Deployment penstock =
            settings(registry, network -> network)
                .registryCredentials(
                    DockerRegistry.READER.username(), DockerRegistry.READER.password())
                .start()) {
      Outcomes.expectWhole(penstock, image.layer());
    }
  }

  @Test
  void clientCertificate_isShownToARegistryThatAsks() throws Exception {
    TestIdentity client = authority.issueForClient("penstock-client");
    try (DockerRegistry registry = askingForCertificates();
        Deployment penstock =
            deploy(
                registry,
                network ->
                    network.clientCertificate(client.certificate()).clientKey(client.key()))) {
      Outcomes.expectWhole(penstock, image.layer());
    }
  }

  @Test
  void clientCertificateOfAnotherAuthority_opensNothing() throws Exception {
    TestIdentity stranger = TestAuthority.create(directory).issueForClient("stranger");
    try (DockerRegistry registry = askingForCertificates();
        Deployment penstock =
            deploy(
                registry,
                network ->
                    network.clientCertificate(stranger.certificate()).clientKey(stranger.key()))) {
      Outcomes.expectFailure(
          penstock, image.layer(), Code.UNAVAILABLE, registry.url().getAuthority());
    }
  }

  @Test
  void missingClientCertificate_opensNothing() throws Exception {
    try (DockerRegistry registry = askingForCertificates();
        Deployment penstock = deploy(registry, network -> network)) {
      Outcomes.expectFailure(
          penstock, image.layer(), Code.UNAVAILABLE, registry.url().getAuthority());
    }
  }

  @Test
  void unknownAuthority_isNamedAsSuch() throws Exception {
    TestIdentity strange = TestAuthority.create(directory).issue();
    expectRefused(strange, "the certificate is not from a trusted authority", ": ");
  }

  @Test
  void expiredCertificate_isNamedAsSuch() throws Exception {
    expectRefused(authority.issueExpired(), "the certificate has expired", ": NotAfter: ");
  }

  @Test
  void certificateOfAnotherHost_isNamedAsSuchAndCuredByItsName() throws Exception {
    TestIdentity elsewhere = authority.issueFor(OTHER_HOST);
    expectRefused(
        elsewhere,
        "the certificate is for another host",
        ": No subject alternative names matching IP address 127.0.0.1");
    try (DockerRegistry registry = image.registry().tls(elsewhere).start();
        Deployment penstock =
            deploy(registry, network -> network.serverName("127.0.0.1", OTHER_HOST))) {
      Outcomes.expectWhole(penstock, image.layer());
    }
  }

  /**
   * By the caller's status, and by the client's log, which has the registry's address too.
   *
   * @param more for the log alone
   */
  private void expectRefused(TestIdentity shown, String reason, String more) throws Exception {
    try (DockerRegistry registry = image.registry().tls(shown).start();
        ClientLog log = ClientLog.open();
        Deployment penstock = deploy(registry, network -> network)) {
      Outcomes.expectFailure(penstock, image.layer(), Code.UNAVAILABLE, FAILED + reason);
      log.await("' at " + registry.url() + ": ", FAILED + reason, reason + more);
    }
  }

  private DockerRegistry askingForCertificates() throws Exception {
    return image.registry().tls(certificate).clientAuthority(authority.certificate()).start();
  }

  private Deployment deploy(DockerRegistry registry, UnaryOperator<NetworkBuilder> tuning)
      throws Exception {
    return settings(registry, tuning).start();
  }

  private Deployment.Builder settings(
      DockerRegistry registry, UnaryOperator<NetworkBuilder> tuning) {
    return Deployment.builder(directory)
        .registry(registry.url())
        .tuneClient(config -> tuned(config, tuning));
  }

  private ClientConfig.Builder tuned(
      ClientConfig.Builder config, UnaryOperator<NetworkBuilder> tuning) {
    var unused = tuning.apply(config.registryNetwork().ca(authority.certificate()));
    return config;
  }
}
