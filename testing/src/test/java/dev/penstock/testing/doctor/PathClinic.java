package dev.penstock.testing.doctor;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.Secret;
import dev.penstock.client.doctor.Doctor;
import dev.penstock.client.doctor.DoctorOptions;
import dev.penstock.client.doctor.Examination;
import dev.penstock.server.PenstockServer;
import dev.penstock.server.ServerConfig;
import dev.penstock.server.auth.TokenFile;
import dev.penstock.testing.registry.EmbeddedRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A server and a registry, and a doctor who is sent over paths to them. Any thread. */
final class PathClinic implements AutoCloseable {
  /** Wrong {@link dev.penstock.testing.ingress.BrokenIngress} are so for this tunnel. */
  private static final String TUNNEL = "acme";

  private static final DoctorOptions WATCHING = new DoctorOptions(Duration.ofSeconds(10), null);

  private final Site site;
  private final Path token;
  private final EmbeddedRegistry registry;
  private final PenstockServer server;

  PathClinic(Path directory) throws Exception {
    site = Site.below(directory);
    Path tokens = directory.resolve("tokens");
    token =
        Files.writeString(directory.resolve("token"), TokenFile.createTunnelToken(tokens, TUNNEL));
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    registry = EmbeddedRegistry.start();
    server =
        PenstockServer.start(
            ServerConfig.builder(tokens).publicListen(loopback()).apiListen(loopback()).build());
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /**
   * Has a path examined.
   *
   * @param steps from the client on
   * @param isWatched whether for limits, too
   */
  Examination examine(List<Step> steps, boolean isWatched) throws Exception {
    List<Step> backwards = new ArrayList<>(steps);
    Collections.reverse(backwards);
    OpenPath path = OpenPath.to(URI.create("ws://127.0.0.1:" + server.publicAddress().getPort()));
    for (Step step : backwards) {
      path = path.behind(step, site);
    }
    try (OpenPath open = path) {
      DoctorOptions options = isWatched ? WATCHING : DoctorOptions.DEFAULTS;
      return new Doctor(config(open), Map.of(), options).run(line -> {});
    }
  }

  private ClientConfig config(OpenPath path) throws Exception {
    ClientConfig.Builder config =
        ClientConfig.builder()
            .server(path.server())
            .tunnel(TUNNEL)
            .tokenFile(token)
            .registry(registry.url().toString())
            .allow("team/**");
    if (path.server().getScheme().equals("wss")) {
      config.network().ca(site.authority());
    }
    if (path.proxy().isPresent()) {
      config.network().proxy(path.proxy().get().toString()).noProxy("");
      if (path.proxy().get().getUserInfo() != null) {
        config.network().proxyPassword(Secret.of(Step.USER.password()));
      }
    }
    return config.environment(Map.of()).build();
  }

  @Override
  public void close() {
    server.close();
    registry.close();
  }
}
