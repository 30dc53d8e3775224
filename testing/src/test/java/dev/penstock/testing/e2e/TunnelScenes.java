package dev.penstock.testing.e2e;

import dev.penstock.client.ClientConfig;
import dev.penstock.testing.e2e.ConnectionScenes.Issuing;
import dev.penstock.testing.e2e.FailureStage.Scene;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.Squid;
import dev.penstock.testing.peers.TestAuthority;
import dev.penstock.testing.peers.TestIdentity;
import io.grpc.Status;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;

/** What keeps clients from the server; callers learn only that nobody is attached. */
final class TunnelScenes {
  private static final URI NO_REGISTRY = URI.create("http://127.0.0.1:1");

  private TunnelScenes() {}

  static Map<String, Scene> all() {
    return Map.of(
        "the server cannot be reached, or is down",
        stage -> dialling(stage, "ws://127.0.0.1:1"),
        "the server's name is unknown to DNS",
        stage -> dialling(stage, "ws://penstock.invalid"),
        "the tunnel's token is wrong or was revoked",
        TunnelScenes::wrongToken,
        "the server's certificate is not from an authority that the client trusts",
        stage -> shown(stage, TestAuthority.create(stage.directory()).issue(), authority(stage)),
        "the server's certificate has expired",
        stage -> shownBy(stage, TestAuthority::issueExpired),
        "the server's certificate is for another host",
        stage -> shownBy(stage, authority -> authority.issueFor("penstock.example")),
        "the proxy on the way to the server wants other credentials (407)",
        TunnelScenes::refusingProxy);
  }

  private static Status dialling(FailureStage stage, String server) throws Exception {
    return attaching(
        stage, stage.settings(NO_REGISTRY, config -> config.server(URI.create(server))));
  }

  private static Status wrongToken(FailureStage stage) throws Exception {
    Path wrong = Files.writeString(stage.directory().resolve("wrong.token"), "pst_wrong\n");
    return attaching(stage, stage.settings(NO_REGISTRY, config -> config.tokenFile(wrong)));
  }

  private static TestAuthority authority(FailureStage stage) throws Exception {
    return ConnectionScenes.authority(stage);
  }

  private static Status shownBy(FailureStage stage, Issuing issuing) throws Exception {
    TestAuthority authority = authority(stage);
    return shown(stage, issuing.by(authority), authority);
  }

  private static Status shown(FailureStage stage, TestIdentity identity, TestAuthority trusted)
      throws Exception {
    UnaryOperator<ClientConfig.Builder> trusting =
        config -> {
          var unused = config.network().ca(trusted.certificate());
          return config;
        };
    // The caller trusts what the server shows; it has to get through to learn anything.
    return attaching(stage, stage.settings(NO_REGISTRY, trusting).publicTls(identity));
  }

  private static Status refusingProxy(FailureStage stage) throws Exception {
    stage.needs(PeerBinary.SQUID);
    Path password = Files.writeString(stage.directory().resolve("proxy.password"), "open-sesame");
    try (Squid squid = Squid.start(ConnectionScenes.PROXY_USER)) {
      return attaching(
          stage,
          stage.settings(
              NO_REGISTRY,
              config -> {
                ConnectionScenes.through(config.network(), squid, password);
                return config;
              }));
    }
  }

  /** What a caller gets while a client dials in vain. */
  private static Status attaching(FailureStage stage, Deployment.Builder settings)
      throws Exception {
    try (Deployment penstock = settings.clients(0).start()) {
      var unused = penstock.startClient();
      stage.log().await("not attached: ");
      return stage.fetch(penstock);
    }
  }
}
