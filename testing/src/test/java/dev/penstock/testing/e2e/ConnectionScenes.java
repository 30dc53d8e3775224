package dev.penstock.testing.e2e;

import dev.penstock.client.NetworkBuilder;
import dev.penstock.client.Secret;
import dev.penstock.testing.e2e.FailureStage.Scene;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.Squid;
import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What goes wrong on the way from the client to the registry. */
final class ConnectionScenes {
  static final Credentials PROXY_USER = new Credentials("dialler", "a-rather-long-secret");

  private ConnectionScenes() {}

  static Map<String, Scene> all() {
    return Map.of(
        "the registry is down",
        stage -> stage.fetch(stage.settings(nobody())),
        "the registry's name is unknown to DNS",
        stage -> stage.fetch(stage.settings(URI.create("http://registry.invalid:5000"))),
        "the registry does not speak TLS",
        ConnectionScenes::withoutTls,
        "the registry's certificate is not from an authority that the client trusts",
        stage -> shown(stage, TestAuthority.create(stage.directory()).issue(), authority(stage)),
        "the registry's certificate has expired",
        stage -> shownBy(stage, TestAuthority::issueExpired),
        "the registry's certificate is for another host",
        stage -> shownBy(stage, authority -> authority.issueFor("registry.example")),
        "the registry wants a client certificate, or another one",
        ConnectionScenes::withoutClientCertificate,
        "the proxy on the way to the registry wants other credentials (407)",
        ConnectionScenes::refusingProxy,
        "the file with the password for the registry's proxy cannot be read",
        ConnectionScenes::proxyWithoutPassword);
  }

  /** Makes a certificate. */
  @FunctionalInterface
  interface Issuing {
    TestIdentity by(TestAuthority authority) throws Exception;
  }

  private static URI nobody() {
    try (EmbeddedRegistry closed = EmbeddedRegistry.start()) {
      return closed.url();
    }
  }

  private static Status withoutTls(FailureStage stage) throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      URI secure = URI.create("https://" + registry.url().getAuthority());
      return stage.fetch(stage.settings(secure));
    }
  }

  static TestAuthority authority(FailureStage stage) throws Exception {
    return TestAuthority.create(stage.directory());
  }

  private static Status shownBy(FailureStage stage, Issuing issuing) throws Exception {
    TestAuthority authority = authority(stage);
    return shown(stage, issuing.by(authority), authority);
  }

  private static Status shown(FailureStage stage, TestIdentity identity, TestAuthority trusted)
      throws Exception {
    return fetch(stage, DockerRegistry.builder(stage.directory()).tls(identity), trusted);
  }

  private static Status withoutClientCertificate(FailureStage stage) throws Exception {
    TestAuthority authority = authority(stage);
    return fetch(
        stage,
        DockerRegistry.builder(stage.directory())
            .tls(authority.issue())
            .clientAuthority(authority.certificate()),
        authority);
  }

  private static Status fetch(
      FailureStage stage, DockerRegistry.Builder settings, TestAuthority trusted) throws Exception {
    stage.needs(PeerBinary.DOCKER_REGISTRY);
    try (DockerRegistry registry = settings.start()) {
      return stage.fetch(
          stage.settings(
              registry.url(),
              config -> {
                var unused = config.registryNetwork().ca(trusted.certificate());
                return config;
              }));
    }
  }

  private static Status refusingProxy(FailureStage stage) throws Exception {
    stage.needs(PeerBinary.SQUID);
    Path password = Files.writeString(stage.directory().resolve("proxy.password"), "open-sesame");
    try (Squid squid = Squid.start(PROXY_USER)) {
      return stage.fetch(
          stage.settings(
              URI.create("https://registry.example"),
              config -> {
                through(config.registryNetwork(), squid, password);
                return config;
              }));
    }
  }

  private static Status proxyWithoutPassword(FailureStage stage) throws Exception {
    return stage.fetch(
        stage.settings(
            URI.create("https://registry.example"),
            config -> {
              var unused =
                  config
                      .registryNetwork()
                      .proxy("http://ann@proxy.invalid:3128")
                      .proxyPassword(Secret.inFile(stage.directory().resolve("absent")));
              return config;
            }));
  }

  static void through(NetworkBuilder leg, Squid squid, Path password) {
    var unused =
        leg.proxy(squid.urlFor(PROXY_USER.username()).toString())
            .proxyPassword(Secret.inFile(password));
  }
}
