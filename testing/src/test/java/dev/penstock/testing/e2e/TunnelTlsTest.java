package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a client says of the server's certificate that it does not like. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TunnelTlsTest {
  private static final URI NO_REGISTRY = URI.create("http://127.0.0.1:1");
  private static final String OTHER_HOST = "penstock.example";

  @TempDir static Path directory;
  private TestAuthority authority;

  @BeforeAll
  void makeAuthority() throws Exception {
    authority = TestAuthority.create(directory);
  }

  @Test
  void unknownAuthority_isNamedAsSuch() throws Exception {
    TestIdentity strange = TestAuthority.create(directory).issue();
    expectNotAttached(strange, "the certificate is not from a trusted authority: ");
  }

  @Test
  void expiredCertificate_isNamedAsSuch() throws Exception {
    expectNotAttached(authority.issueExpired(), "the certificate has expired: ");
  }

  @Test
  void certificateOfAnotherHost_isNamedAsSuch() throws Exception {
    expectNotAttached(
        authority.issueFor(OTHER_HOST),
        "No subject alternative names matching IP address 127.0.0.1");
  }

  @Test
  void certificateOfAnotherHost_isCuredByItsName() throws Exception {
    TestIdentity elsewhere = authority.issueFor(OTHER_HOST);
    try (Deployment penstock =
        settings(elsewhere)
            .tuneClient(
                config -> {
                  config.network().ca(authority.certificate()).serverName("127.0.0.1", OTHER_HOST);
                  return config;
                })
            .start()) {
      assertThat(penstock.client().tunnelStats()).isNotEmpty();
    }
  }

  private void expectNotAttached(TestIdentity shown, String reason) throws Exception {
    try (ClientLog log = ClientLog.open();
        Deployment penstock =
            settings(shown)
                .clients(0)
                .tuneClient(
                    config -> {
                      config.network().ca(authority.certificate());
                      return config;
                    })
                .start()) {
      var unused = penstock.startClient();
      log.await("not attached: TLS with ", " failed: ", reason, "; dialling again in ");
    }
  }

  private static Deployment.Builder settings(TestIdentity shown) {
    return Deployment.builder(directory).registry(NO_REGISTRY).tls(shown);
  }
}
