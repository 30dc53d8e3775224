package dev.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.server.auth.TokenFile;
import dev.penstock.tunnel.connection.EventLoops;
import dev.penstock.tunnel.probe.ProbeEnd;
import dev.penstock.tunnel.probe.ProbeLine;
import dev.penstock.tunnel.probe.ProbeTarget;
import dev.penstock.tunnel.session.AskedLimits;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes of a server with the tokens of a file. */
class ProbeTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir Path directory;

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("test-probe", true), EventLoops.ioHandlerFactory());
  private Path tokens;
  private PenstockServer server;

  @BeforeEach
  void start() throws Exception {
    tokens = directory.resolve("tokens");
    Files.createFile(tokens);
    server =
        PenstockServer.start(
            ServerConfig.builder(tokens).publicListen(ANY).apiListen(ANY).opsListen(ANY).build());
  }

  @AfterEach
  void stop() {
    server.close();
    loops.shutdownGracefully(50, 10_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  @Test
  void probe_isCountedInTheMetricsAndIsNoTunnel() throws Exception {
    ProbeLine line = open(TokenFile.createTunnelToken(tokens, "acme"));
    assertThat(get(line.echo(1_000))).isPositive();
    assertThat(metrics())
        .contains(
            "\npenstock_server_probes 1\n",
            "\npenstock_server_probes_total 1\n",
            "\npenstock_server_probe_bytes_total{direction=\"receive\"} 1000\n",
            "\npenstock_server_probe_bytes_total{direction=\"send\"} 1000\n",
            "\npenstock_server_tunnels 0\n",
            "\npenstock_server_tunnels_total 0\n");
  }

  @Test
  void withdrawnToken_endsItsProbesAndNoOther() throws Exception {
    ProbeLine line = open(TokenFile.createTunnelToken(tokens, "acme"));
    List<String> withFirst = Files.readAllLines(tokens);
    ProbeLine other = open(TokenFile.createTunnelToken(tokens, "acme"));
    List<String> lines = new ArrayList<>(Files.readAllLines(tokens));
    lines.removeAll(withFirst);
    Files.write(tokens, lines);
    ProbeEnd end = get(line.ended());
    assertThat(end.code()).isEqualTo(1008);
    assertThat(end.reason()).isEqualTo("its token was withdrawn");
    assertThat(get(other.echo(1))).isPositive();
  }

  @Test
  void server_thatIsStoppedEndsProbesWith1001() throws Exception {
    ProbeLine line = open(TokenFile.createTunnelToken(tokens, "acme"));
    server.close();
    assertThat(get(line.ended()).code()).isEqualTo(1001);
  }

  private ProbeLine open(String token) throws Exception {
    return get(
        ProbeLine.open(
            new ProbeTarget(
                URI.create("ws://127.0.0.1:" + server.publicAddress().getPort()),
                "acme",
                token,
                null,
                SslContextBuilder.forClient().build(),
                null,
                BOUND,
                loops.next(),
                "n1",
                AskedLimits.NONE)));
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private String metrics() throws IOException, InterruptedException {
    int port = Objects.requireNonNull(server.opsAddress()).getPort();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .timeout(BOUND)
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
