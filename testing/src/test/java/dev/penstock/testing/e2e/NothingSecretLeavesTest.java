package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.peers.FreePort;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.PeerProcess;
import dev.penstock.testing.peers.RequiresPeer;
import dev.penstock.testing.registry.Access;
import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.registry.Fault;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients as processes, with every kind of secret, read well and badly; then everything that left
 * them or that others can see is searched for the secrets: both directions of the tunnel with all
 * layers off, what the caller was told, all logs at their most talkative, the audit log, the pages
 * for operators, and what the list of processes shows of the clients and of the helpers they run.
 */
@EnabledOnOs(OS.LINUX)
@RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO, PeerBinary.SQUID})
class NothingSecretLeavesTest {
  private static final Pattern ATTACHED = Pattern.compile("attached to");

  @TempDir Path directory;
  private final List<String> told = new ArrayList<>();

  @Test
  void secrets_areNowhereButWhereTheyBelong() throws Exception {
    Path traces;
    Secrets secrets;
    List<WireTap.Line> lines;
    try (LogCapture serverLog = LogCapture.of("dev.penstock.server", Level.TRACE);
        SecretPlant plant = new SecretPlant(directory);
        Deployment penstock =
            Deployment.builder(directory).registry(plant.basic.url()).clients(0).start();
        WireTap tap = WireTap.start(penstock.publicAddress())) {
      int firstOps = FreePort.pick();
      int secondOps = FreePort.pick();
      try (PeerProcess first = startFirst(plant, penstock, tap, firstOps);
          PeerProcess second = startSecond(plant, penstock, tap, secondOps)) {
        readWell(plant, penstock);
        readBadly(plant, penstock);
        secrets = plant.allSecrets();
        secrets.add("a tunnel's token", Files.readString(penstock.tunnelTokenFile()).strip());
        secrets.add("a tunnel's token", penstock.otherTunnelToken().strip());
        for (int port : List.of(firstOps, secondOps)) {
          for (String page : List.of("metrics", "readyz", "healthz")) {
            secrets.expectNoneIn(page, page(port, page));
          }
        }
        String processes = commandLine(first) + commandLine(second);
        assertThat(processes).contains("--registry-username", "--registry-auth-file");
        secrets.expectNoneIn("the process list", processes);
      }
      traces = plant.helperTraces();
      secrets.expectNoneIn("the server's log", String.join("\n", serverLog.lines()));
      lines = tap.lines();
      expectTokensInUpgradesAlone(lines, penstock, secrets);
    }
    secrets.expectNoneIn("the helpers' processes", Files.readString(traces));
    assertThat(Files.readString(traces)).contains("docker-credential-good get");
    secrets.expectNoneIn("what callers were told", String.join("\n", told));
    assertThat(Files.readString(directory.resolve("first.log"))).contains(" DEBUG ");
    for (String client : List.of("first", "second")) {
      String log = Files.readString(directory.resolve(client + ".log"));
      assertThat(log).contains("attached to", "WARN");
      secrets.expectNoneIn("the log of the client", log);
      String audit = Files.readString(directory.resolve(client + ".audit"));
      assertThat(audit).contains("\"outcome\":\"OK\"", "\"outcome\":\"FAILED_PRECONDITION\"");
      secrets.expectNoneIn("the audit log", audit);
    }
  }

  /** Secrets in variables, proxies with a password on both ways, a password file, signed URLs. */
  private PeerProcess startFirst(SecretPlant plant, Deployment penstock, WireTap tap, int ops)
      throws Exception {
    String proxy = plant.squid.urlFor(SecretPlant.PROXY_USER.username()).toString();
    Path proxyPassword =
        Files.writeString(directory.resolve("proxy"), SecretPlant.PROXY_USER.password());
    List<String> arguments =
        List.of(
            "--proxy",
            proxy,
            "--proxy-password-file",
            proxyPassword.toString(),
            "--registry-proxy",
            proxy,
            "--registry",
            "bearer=" + plant.bearer.url(),
            "--registry-username",
            SecretPlant.READER.username());
    return start(
        "first",
        Names.TUNNEL,
        tap,
        ops,
        arguments,
        Map.of(
            "PENSTOCK_TOKEN",
            Files.readString(penstock.tunnelTokenFile()).strip(),
            "PENSTOCK_REGISTRY_PASSWORD",
            SecretPlant.READER.password(),
            "PENSTOCK_REGISTRY_PROXY_PASSWORD",
            SecretPlant.PROXY_USER.password(),
            "PENSTOCK_LOG_LEVEL",
            "TRACE"));
  }

  /** A token file, Docker's file with all that it can hold, helpers, and a key of its own. */
  private PeerProcess startSecond(SecretPlant plant, Deployment penstock, WireTap tap, int ops)
      throws Exception {
    Path token = Files.writeString(directory.resolve("second.token"), penstock.otherTunnelToken());
    List<String> arguments = new ArrayList<>(List.of("--token-file", token.toString()));
    arguments.addAll(plant.arguments());
    return start(
        "second",
        Names.OTHER_TUNNEL,
        tap,
        ops,
        arguments,
        Map.of(
            "PATH", plant.helpers() + ":" + System.getenv("PATH"), "PENSTOCK_LOG_LEVEL", "TRACE"));
  }

  private PeerProcess start(
      String name,
      String tunnel,
      WireTap tap,
      int ops,
      List<String> more,
      Map<String, String> environment)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--server",
                "ws://127.0.0.1:" + tap.port(),
                "--tunnel",
                tunnel,
                "--allow",
                Names.ALLOWED,
                "--audit-file",
                directory.resolve(name + ".audit").toString(),
                "--ops-listen",
                String.valueOf(ops),
                "--registry-patience",
                "2s"));
    arguments.addAll(more);
    PeerProcess client =
        PeerProcess.start(
            PenstockJars.client(List.of(), arguments.toArray(String[]::new)),
            directory.resolve(name + ".log"),
            ATTACHED,
            environment);
    var unused = client.await(Bounds.PROCESS);
    return client;
  }

  private void readWell(SecretPlant plant, Deployment penstock) throws Exception {
    expect(penstock, Names.TUNNEL, "bearer", SecretPlant.BLOB, Code.OK);
    for (String registry : List.of("basic", "helped")) {
      expect(penstock, Names.OTHER_TUNNEL, registry, SecretPlant.BLOB, Code.OK);
    }
    for (String registry : List.of("identified", "mutual")) {
      expect(penstock, Names.OTHER_TUNNEL, registry, plant.layer(), Code.OK);
    }
    assertThat(plant.bearer.tokensIssued()).isPositive();
    assertThat(plant.tokensSold()).isPositive();
    assertThat(plant.squid.accesses()).anyMatch(line -> line.contains("/v2/"));
  }

  private void readBadly(SecretPlant plant, Deployment penstock) throws Exception {
    Blob absent = Blob.generated(152, 10);
    expect(penstock, Names.TUNNEL, "bearer", absent, Code.NOT_FOUND);
    expect(penstock, Names.OTHER_TUNNEL, "identified", absent, Code.NOT_FOUND);
    expect(penstock, Names.OTHER_TUNNEL, "refusing", SecretPlant.BLOB, Code.FAILED_PRECONDITION);
    expect(penstock, Names.OTHER_TUNNEL, "broken", SecretPlant.BLOB, Code.FAILED_PRECONDITION);
    plant.bearer.breakBlob(SecretPlant.BLOB.digest(), new Fault.CloseAt(100_000));
    expect(penstock, Names.TUNNEL, "bearer", SecretPlant.BLOB, Code.DATA_LOSS);
    plant.bearer.repairBlob(SecretPlant.BLOB.digest());
    plant.bearer.troubles().expireUrlsAfter(Duration.ofMinutes(-1));
    expect(penstock, Names.TUNNEL, "bearer", SecretPlant.BLOB, Code.FAILED_PRECONDITION);
    plant.allSecrets(); // those that are about to be forgotten
    plant.bearer.letIn(new Access.Bearer(new Credentials("other", "x")));
    plant.bearer.expireTokens();
    expect(penstock, Names.TUNNEL, "bearer", SecretPlant.BLOB, Code.FAILED_PRECONDITION);
  }

  private void expect(Deployment penstock, String tunnel, String registry, Blob blob, Code code)
      throws Exception {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(
        FetchBlobRequest.newBuilder()
            .setTunnel(tunnel)
            .setRegistry(registry)
            .setRepository(Names.REPOSITORY)
            .setDigest(blob.digest())
            .build(),
        receiver);
    Status status = receiver.await(Bounds.TRANSFER);
    assertThat(status.getCode()).as("%s: %s", registry, status).isEqualTo(code);
    told.add(status.toString());
  }

  private static String page(int port, String name) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/" + name);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).timeout(Bounds.EVENT).build(), BodyHandlers.ofString())
        .body();
  }

  private static String commandLine(PeerProcess process) throws IOException {
    return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"), UTF_8);
  }

  /** Each token once in each upgrade that shows it, and no secret anywhere else on the line. */
  private static void expectTokensInUpgradesAlone(
      List<WireTap.Line> lines, Deployment penstock, Secrets secrets) throws Exception {
    List<String> upgrades = new ArrayList<>();
    StringBuilder answers = new StringBuilder();
    for (WireTap.Line line : lines) {
      TunnelTranscript up = TunnelTranscript.of(line.up().toByteArray());
      TunnelTranscript down = TunnelTranscript.of(line.down().toByteArray());
      upgrades.add(up.head());
      String head = up.head().replaceFirst("(?i)\r\nAuthorization: Bearer \\S+\r\n", "\r\n");
      secrets.expectNoneIn("the upgrade", head);
      secrets.expectNoneIn("the server's answer", down.head());
      for (String part : List.of(up.messages(), up.headers(), up.data(), down.messages())) {
        secrets.expectNoneIn("the tunnel", part + " ");
      }
      answers.append(up.headers());
      assertThat(down.headers() + " ").doesNotContain("authorization");
    }
    assertThat(upgrades).hasSizeGreaterThanOrEqualTo(4);
    for (String token :
        List.of(
            Files.readString(penstock.tunnelTokenFile()).strip(), penstock.otherTunnelToken())) {
      assertThat(upgrades)
          .anyMatch(head -> head.contains("Authorization: Bearer " + token.strip()));
    }
    assertThat(answers)
        .as("that the layers are off")
        .contains("grpc-status: 0", "grpc-message: ", "refuses the customer's credentials");
  }
}
