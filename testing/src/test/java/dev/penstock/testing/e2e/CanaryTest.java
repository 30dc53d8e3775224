package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import com.google.protobuf.ByteString;
import dev.penstock.client.audit.AuditTarget;
import dev.penstock.probe.v1.EchoRequest;
import dev.penstock.probe.v1.EchoResponse;
import dev.penstock.probe.v1.RegistryState;
import dev.penstock.probe.v1.RegistryState.State;
import dev.penstock.probe.v1.Stage;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.server.cli.ExitCode;
import dev.penstock.server.cli.ServerCommandLine;
import dev.penstock.server.relay.RelayOptions;
import dev.penstock.server.route.RouteOptions;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.proxy.Direction;
import dev.penstock.testing.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

/** Echoes through a real server and client: by a caller, by the command, and on the schedule. */
class CanaryTest {
  private static final int LARGEST = 1 << 20;

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private @Nullable DockerRegistry docker;

  @AfterEach
  void stopRegistry() {
    if (docker != null) {
      docker.close();
    }
  }

  private DockerRegistry startRegistry() throws IOException, InterruptedException {
    DockerRegistry started = DockerRegistry.start(directory);
    docker = started;
    return started;
  }

  @Test
  @RequiresPeer(PeerBinary.DOCKER_REGISTRY)
  void probe_comesBackWhole_withTimesThatContainOneAnother_andTellsOfARegistryThatStops()
      throws Exception {
    DockerRegistry registry = startRegistry();
    try (Deployment penstock = twoRegistries(registry.url())) {
      byte[] payload = new byte[LARGEST];
      new Random(7).nextBytes(payload);
      EchoRequest request =
          EchoRequest.newBuilder()
              .setTunnel(Names.TUNNEL)
              .setPayload(ByteString.copyFrom(payload))
              .setReachRegistries(true)
              .build();
      long began = System.nanoTime();
      EchoResponse answer = penstock.prober().echo(request);
      long totalMicros = (System.nanoTime() - began) / 1_000;
      assertThat(answer.getPayload().toByteArray()).isEqualTo(payload);
      assertThat(answer.getClient()).startsWith("acme/");
      assertThat(answer.getStagesList())
          .extracting(Stage::getWho)
          .containsExactly("client", "tunnel", "server");
      assertThat(answer.getStagesList())
          .extracting(Stage::getDurationMicros)
          .isSorted()
          .allSatisfy(micros -> assertThat(micros).isBetween(1L, totalMicros));
      expectStates(answer, registry.url(), State.ANSWERS, State.UNREACHABLE);
      assertThat(answer.getRegistries(0).getAnswerMicros())
          .isBetween(1L, answer.getStages(0).getDurationMicros());
      registry.close();
      EchoResponse after = penstock.prober().echo(request);
      assertThat(after.getPayload().toByteArray()).isEqualTo(payload);
      expectStates(after, registry.url(), State.UNREACHABLE, State.UNREACHABLE);
      assertThat(after.getRegistries(0).getDetail()).contains("the registry cannot be reached");
      assertThat(after.getRegistries(1).getDetail()).doesNotContain("127.0.0.1", "nowhere");
    }
  }

  private static void expectStates(EchoResponse answer, URI first, State... states) {
    assertThat(answer.getRegistriesList())
        .extracting(RegistryState::getRegistry, RegistryState::getState)
        .containsExactly(tuple(first.getAuthority(), states[0]), tuple("mirror", states[1]));
  }

  /** The second one is nowhere. */
  private Deployment twoRegistries(URI first) throws Exception {
    return Deployment.builder(directory)
        .registry(first)
        .tuneClient(config -> config.registry("mirror=http://nowhere.invalid"))
        .start();
  }

  @Test
  @RequiresPeer(PeerBinary.DOCKER_REGISTRY)
  void command_printsWhereTheTimeWent_alsoWhenTheRegistryIsGone() throws Exception {
    DockerRegistry registry = startRegistry();
    try (Deployment penstock = Deployment.builder(directory).registry(registry.url()).start()) {
      assertThat(probe(penstock, Names.TUNNEL, "--count=5", "--registries"))
          .as(err.toString())
          .isEqualTo(ExitCode.OK);
      assertThat(out.toString().lines())
          .hasSize(8)
          .anyMatch(line -> line.matches("tunnel acme by acme/.*: 5 of 5 came back as sent, .*"))
          .anyMatch(line -> line.matches("server <-> client +(\\d+\\.\\d\\d ms *){3}"))
          .anyMatch(line -> line.matches("registry '127.0.0.1:\\d+' answers in \\d+\\.\\d\\d ms"));
      registry.close();
      assertThat(probe(penstock, Names.TUNNEL, "--registries")).isEqualTo(ExitCode.OK);
      assertThat(out.toString().lines())
          .anyMatch(line -> line.matches("registry '127.0.0.1:\\d+' unreachable: registry .*"));
      assertThat(probe(penstock, Names.TUNNEL, "--json")).isEqualTo(ExitCode.OK);
      assertThat(out.toString()).contains("\"state\":\"unreachable\"");
    }
  }

  @Test
  void command_ofATunnelUnderWhichNobodyIs_failsAsEveryCallDoes() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Deployment penstock = impatient(registry)) {
      assertThat(probe(penstock, Names.OTHER_TUNNEL)).isEqualTo(ExitCode.FAILED);
      assertThat(err.toString())
          .startsWith("probe beta: UNAVAILABLE: no client attached under tunnel 'beta'")
          .contains("(request ");
      assertThat(probe(penstock, "gamma")).isEqualTo(ExitCode.FAILED);
      assertThat(err.toString()).contains("PERMISSION_DENIED", "may not use tunnel 'gamma'");
    }
  }

  private Deployment impatient(EmbeddedRegistry registry) throws Exception {
    return Deployment.builder(directory)
        .registry(registry.url())
        .tuneServer(
            config ->
                config.relay(
                    new RelayOptions(
                        new RouteOptions(Duration.ofMillis(200), 10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30))))
        .start();
  }

  @Test
  void probe_isAnsweredWhileTransfersHaveAllPlaces_andLeavesNoLineInTheAuditLog() throws Exception {
    Path policy =
        Files.writeString(
            directory.resolve("policy.yaml"),
            "{rules: [{allow: [team/**]}], limits: {transfers: 1}}");
    Path audit = directory.resolve("audit.log");
    Blob blob = Blob.generated(71, 64 << 20);
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Deployment penstock =
            Deployment.builder(directory)
                .registry(registry.url())
                .policy(policy)
                .tuneClient(config -> config.audit(AuditTarget.parse(audit.toString())))
                .start()) {
      registry.add(Names.REPOSITORY, blob);
      Iterator<FetchBlobResponse> held = penstock.caller().fetchBlob(Names.blob(blob.digest()));
      assertThat(held.next().hasHeader()).isTrue();
      EchoResponse answer =
          penstock.prober().echo(EchoRequest.newBuilder().setTunnel(Names.TUNNEL).build());
      assertThat(answer.getStagesCount()).isEqualTo(3);
      held.forEachRemaining(message -> {});
    }
    assertThat(Files.readAllLines(audit)).hasSize(1);
  }

  @Test
  void schedule_countsWhatComesBack_andSaysOnceThatALineIsDead_andOnceThatItLivesAgain()
      throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        LogCapture log = LogCapture.of("dev.penstock.server.canary", Level.INFO);
        Deployment penstock = probing(registry)) {
      URI metrics = URI.create("http://127.0.0.1:" + opsPort(penstock) + "/metrics");
      await(metrics, "penstock_server_canaries_total\\{outcome=\"ok\"} [1-9]");
      penstock.line(0).stall(Direction.UP);
      String said = log.await("failed at hop tunnel");
      assertThat(said).startsWith("WARN canary of acme/").contains("penstock-client doctor");
      await(metrics, "penstock_server_canary_failing_tunnels 1");
      penstock.line(0).heal();
      log.await("INFO canary of acme/", "comes back again");
      await(metrics, "penstock_server_canary_failing_tunnels 0");
      assertThat(log.lines().stream().filter(line -> line.startsWith("WARN"))).hasSize(1);
    }
  }

  private Deployment probing(EmbeddedRegistry registry) throws Exception {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return Deployment.builder(directory)
        .registry(registry.url())
        .withLines()
        .tuneClient(config -> config.connections(1))
        .tuneServer(config -> config.opsListen(anyPort).probeEvery(Duration.ofSeconds(1)))
        .start();
  }

  private static int opsPort(Deployment penstock) {
    return Objects.requireNonNull(penstock.server().opsAddress()).getPort();
  }

  private static void await(URI metrics, String line) {
    HttpClient http = HttpClient.newHttpClient();
    Pattern wanted = Pattern.compile("\n" + line);
    assertThat(Eventually.holds(() -> wanted.matcher(page(http, metrics)).find()))
        .as(line)
        .isTrue();
  }

  private static String page(HttpClient http, URI metrics) {
    HttpRequest request = HttpRequest.newBuilder(metrics).timeout(Bounds.EVENT).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private int probe(Deployment penstock, String... arguments) throws IOException {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of("probe"));
    all.addAll(List.of(arguments));
    all.addAll(penstock.callerOptions());
    return new ServerCommandLine(
            new NoServer(), new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(all, Map.of());
  }

  /** In the place of {@code run}, which is not run. */
  @Command(name = "run")
  private static final class NoServer implements Callable<Integer> {
    @Override
    public Integer call() {
      return ExitCode.OK;
    }
  }
}
