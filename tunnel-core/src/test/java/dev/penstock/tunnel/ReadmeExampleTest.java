package dev.penstock.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The example of the module's README, word by word. */
class ReadmeExampleTest {
  private static final Path SOURCE =
      Path.of("src/test/java/dev/penstock/tunnel/ReadmeExampleTest.java");

  @Test
  void example_runs() throws Exception {
    // example begins
    CompletableFuture<ManagedChannel> attached = new CompletableFuture<>();
    TunnelAcceptor acceptor =
        TunnelAcceptor.builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .authenticator(
                (id, token) -> token.equals("s3") ? Verdict.ACCEPTED : Verdict.UNKNOWN_TOKEN)
            .listener(t -> attached.complete(TunnelChannelBuilder.forTunnel(t).build()))
            .start();

    URI url = URI.create("ws://127.0.0.1:" + acceptor.address().getPort());
    TunnelDialer dialer = TunnelDialer.builder(url, "acme").token(() -> "s3").build();
    Server server =
        TunnelServerBuilder.forDialer(dialer)
            .addService(new HealthStatusManager().getHealthService()) // or any service of yours
            .build()
            .start();

    HealthCheckResponse answer =
        HealthGrpc.newBlockingStub(attached.get(10, TimeUnit.SECONDS))
            .check(HealthCheckRequest.getDefaultInstance());
    // example ends
    assertThat(answer.getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    server.shutdownNow();
    acceptor.close();
    assertThat(server.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void example_standsInTheReadme() throws IOException {
    List<String> readme = stripped(Files.readAllLines(Path.of("README.md")));
    List<String> example = stripped(exampleLines());
    assertThat(example).hasSizeGreaterThan(10);
    assertThat(readme).containsSequence(example);
  }

  private static List<String> exampleLines() throws IOException {
    List<String> lines = Files.readAllLines(SOURCE);
    List<String> trimmed = stripped(lines);
    return lines.subList(
        trimmed.indexOf("// example begins") + 1, trimmed.indexOf("// example ends"));
  }

  private static List<String> stripped(List<String> lines) {
    List<String> stripped = new ArrayList<>();
    lines.forEach(line -> stripped.add(line.strip()));
    return stripped;
  }
}
