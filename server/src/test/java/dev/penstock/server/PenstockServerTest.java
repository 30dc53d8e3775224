package dev.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.server.auth.TokenFile;
import dev.penstock.server.cli.ExitCode;
import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.SessionClosed;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server, with a client on a real tunnel and the command line as the caller. */
class PenstockServerTest {
  private static final long BOUND_NANOS = Duration.ofSeconds(30).toNanos();
  private static final String BLOB = "acme/team/app@" + OneBlobClient.DIGEST;

  @TempDir Path directory;
  private Path tokens;
  private Path callerToken;
  private String tunnelToken;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> connection = new ArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private PenstockServer server;
  private OneBlobClient client;

  @BeforeEach
  void startPlain() throws IOException {
    tokens = directory.resolve("tokens");
    tunnelToken = TokenFile.createTunnelToken(tokens, "acme");
    String secret = TokenFile.createCallerToken(tokens, "scanner", Set.of("acme"));
    callerToken = Files.writeString(directory.resolve("caller"), secret + "\n");
    start(config());
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    server.close();
  }

  @Test
  void fetch_writesTheBlob_andItsNameOnlyWhenItIsWhole() throws Exception {
    Path file = directory.resolve("blob");
    assertThat(fetch(BLOB, "-o", file.toString(), "--progress", "always")).isEqualTo(ExitCode.OK);
    assertThat(file).hasBinaryContent(OneBlobClient.BLOB);
    assertThat(directory.resolve("blob.part")).doesNotExist();
    assertThat(err.toString())
        .contains(
            "100% 3 of 3 MiB",
            OneBlobClient.DIGEST + " verified by the server: 3,333,333 bytes in ");
    assertThat(out.toString()).isEmpty();
    assertThat(server.gauges().activeCalls().highest()).isEqualTo(1);
  }

  @Test
  void fetch_withVerify_hashesAtItsOwnEnd() throws Exception {
    assertThat(fetch(BLOB, "-o", "/dev/null", "--verify")).isEqualTo(ExitCode.OK);
    assertThat(err.toString())
        .containsPattern("verified here: 3,333,333 bytes in \\d+\\.\\d\\d s, [\\d.]+ MiB/s");
  }

  @Test
  void fetch_withoutTls_toOtherThanLoopback_isRefused_unlessCalledInsecure() {
    String elsewhere = "0.0.0.0:" + server.apiAddress().getPort();
    assertThat(fetch(BLOB, "-o", "/dev/null", "--api", elsewhere)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .contains("not loopback", "--tls-ca", "--insecure-plaintext")
        .doesNotContain("psc_");
    // Whether 0.0.0.0 leads anywhere is the platform's matter; here it is enough that it is tried.
    assertThat(fetch(BLOB, "-o", "/dev/null", "--api", elsewhere, "--insecure-plaintext"))
        .isNotEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).doesNotContain("not loopback");
    String local = "localhost:" + server.apiAddress().getPort();
    assertThat(fetch(BLOB, "-o", "/dev/null", "--api", local)).isEqualTo(ExitCode.OK);
  }

  @Test
  void fetch_thatCannotConnect_saysWhyAndWhatToLookAt() throws Exception {
    int port;
    try (ServerSocket closedSoon = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closedSoon.getLocalPort();
    }
    assertThat(fetch(BLOB, "-o", "/dev/null", "--api", "localhost:" + port))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("refused", "--api", "--tls-ca").hasLineCount(1);
  }

  @Test
  void files_thatAreMissing_areNamedWithWhatIsWrong() {
    assertThat(fetch(BLOB, "-o", directory.resolve("no/such/file").toString()))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("file.part: there is no such file or directory");
  }

  @Test
  void fetch_takesTheRegistryFromItsFlagAlone() {
    environment.put("PENSTOCK_REGISTRY", "http://registry.example:5000");
    assertThat(fetch(BLOB, "-o", "/dev/null")).isEqualTo(ExitCode.OK);
    assertThat(client.askedRegistry()).isEmpty();
    assertThat(fetch(BLOB, "-o", "/dev/null", "--registry", "hub")).isEqualTo(ExitCode.OK);
    assertThat(client.askedRegistry()).isEqualTo("hub");
  }

  @Test
  void aWithdrawnToken_endsItsTunnel_andNoOther() throws Exception {
    client.awaitAttached();
    List<String> withFirst = Files.readAllLines(tokens);
    String second = TokenFile.createTunnelToken(tokens, "acme");
    OneBlobClient other = new OneBlobClient(publicUrl("ws"), second, null);
    try {
      other.awaitAttached();
      List<String> lines = new ArrayList<>(Files.readAllLines(tokens));
      lines.removeIf(line -> line.startsWith("tunnel") && withFirst.contains(line));
      Files.write(tokens, lines);
      assertThat(client.detached().get(30, TimeUnit.SECONDS))
          .isEqualTo(new SessionClosed(CloseCause.CLOSED, "its token was withdrawn"));
      assertThat(fetch(BLOB, "-o", "/dev/null")).as(() -> err.toString()).isEqualTo(ExitCode.OK);
      assertThat(other.detached()).isNotDone();
    } finally {
      other.close();
    }
  }

  @Test
  void aWithdrawnToken_endsNoTunnelOfAnother_howeverOftenItsOwnResumed() throws Exception {
    List<String> withFirst = Files.readAllLines(tokens);
    OneBlobClient moving =
        new OneBlobClient(publicUrl("ws"), tunnelToken, null, Duration.ofSeconds(1));
    moving.awaitResumed();
    String second = TokenFile.createTunnelToken(tokens, "acme");
    OneBlobClient other = new OneBlobClient(publicUrl("ws"), second, null);
    try {
      other.awaitAttached();
      List<String> lines = new ArrayList<>(Files.readAllLines(tokens));
      lines.removeIf(line -> line.startsWith("tunnel") && withFirst.contains(line));
      Files.write(tokens, lines);
      moving.detached().get(30, TimeUnit.SECONDS);
      client.detached().get(30, TimeUnit.SECONDS);
      assertThat(fetch(BLOB, "-o", "/dev/null")).as(() -> err.toString()).isEqualTo(ExitCode.OK);
      assertThat(other.detached()).isNotDone();
    } finally {
      moving.close();
      other.close();
    }
  }

  @Test
  void tunnels_holdNoMoreThanTheirReplayWindows() throws Exception {
    stop();
    start(config().replayWindowBytes(2 << 20));
    assertThat(fetch(BLOB, "-o", "/dev/null")).isEqualTo(ExitCode.OK);
    TunnelTotals totals = server.tunnels();
    assertThat(totals.attached()).isEqualTo(1);
    assertThat(totals.replayWindowBytes()).isEqualTo(2 << 20);
    assertThat(totals.unacknowledgedBytes()).isBetween(0L, totals.replayWindowBytes());
  }

  @Test
  void fetch_writesToADevice() throws Exception {
    assertThat(fetch(BLOB, "-o", "/dev/null")).isEqualTo(ExitCode.OK);
    assertThat(Path.of("/dev/null.part")).doesNotExist();
  }

  @Test
  void fetch_ofOtherBytes_exitsWithItsOwnCode_andLeavesNoFile() throws Exception {
    byte[] altered = OneBlobClient.BLOB.clone();
    altered[1_000_000] ^= 1;
    client.send(altered);
    Path file = directory.resolve("blob");
    assertThat(fetch(BLOB, "-o", file.toString())).isEqualTo(ExitCode.CORRUPT);
    assertThat(err.toString()).contains("DATA_LOSS", OneBlobClient.DIGEST);
    assertThat(file).doesNotExist();
    assertThat(directory.resolve("blob.part")).doesNotExist();
  }

  @Test
  void fetch_ofAManifest_byTag() throws Exception {
    Path file = directory.resolve("manifest");
    assertThat(fetch("acme/team/app:1.0", "--manifest", "-o", file.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(file).hasContent(OneBlobClient.MANIFEST);
  }

  @Test
  void fetch_thatFails_saysWhy_inOneLine() throws Exception {
    String unknown = "acme/team/app@sha256:" + "0".repeat(64);
    assertThat(fetch(unknown, "-o", "/dev/null")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .containsPattern("NOT_FOUND: no blob .* \\(request [0-9a-f]{32}\\)\\R$");
    assertThat(err.toString()).hasLineCount(1);
    assertThat(fetch(unknown, "-o", "/dev/null", "--request-id", "nightly/7"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().strip()).endsWith("(request nightly/7)");
    Files.writeString(callerToken, "psc_wrong", StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(fetch(BLOB, "-o", "/dev/null")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("UNAUTHENTICATED", "(request ").doesNotContain("psc_wrong");
  }

  @Test
  void fetch_ofSomethingElse_isAUsageError() throws Exception {
    for (String wrong : List.of("app", "acme/app", "acme/app:1.0", "acme/app@@x")) {
      assertThat(fetch(wrong, "-o", "/dev/null")).as(wrong).isEqualTo(ExitCode.USAGE);
    }
  }

  @Test
  void tls_onBothListeners() throws Exception {
    TlsFiles certificate = TestCertificate.in(directory);
    stop();
    start(config().publicTls(certificate).apiTls(certificate));
    connection.addAll(List.of("--tls-ca", certificate.certificateChain().toString()));
    assertThat(fetch(BLOB, "-o", "/dev/null")).as(() -> err.toString()).isEqualTo(ExitCode.OK);
  }

  @Test
  void tokenCommand_printsTheSecretAlone_andTheRunningServerTakesIt() throws Exception {
    int code =
        run(
            "token",
            "create",
            "--tokens",
            tokens.toString(),
            "--caller",
            "later",
            "--tunnels",
            "*");
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).matches("psc_[A-Za-z0-9_-]{43}\\R");
    Files.writeString(callerToken, out.toString());
    assertThat(fetch(BLOB, "-o", "/dev/null")).as(() -> err.toString()).isEqualTo(ExitCode.OK);
  }

  @Test
  void tokenCommand_putsAsideVariablesOfTheOtherKind() {
    environment.put("PENSTOCK_TUNNEL", "acme");
    assertThat(create("--caller", "x", "--tunnels", "acme")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).startsWith("psc_");
    out.getBuffer().setLength(0);
    environment.clear();
    environment.put("PENSTOCK_CALLER", "x");
    environment.put("PENSTOCK_TUNNELS", "acme");
    assertThat(create("--tunnel", "acme")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).startsWith("pst_");
    assertThat(create()).as("variables alone").isEqualTo(ExitCode.OK);
    environment.put("PENSTOCK_TUNNEL", "acme");
    assertThat(create()).as("variables of both kinds").isEqualTo(ExitCode.USAGE);
  }

  private int create(String... flags) {
    List<String> all = new ArrayList<>(List.of("token", "create", "--tokens", tokens.toString()));
    all.addAll(List.of(flags));
    return run(all.toArray(String[]::new));
  }

  @Test
  void tokenCommand_withHalfOfWhatItNeeds_isAUsageError() {
    for (List<String> half :
        List.of(
            List.<String>of(),
            List.of("--caller", "x"),
            List.of("--tunnels", "acme"),
            List.of("--tunnel", "acme", "--caller", "x", "--tunnels", "acme"),
            List.of("--tunnel", "Not-Valid"))) {
      List<String> arguments =
          new ArrayList<>(List.of("token", "create", "--tokens", tokens.toString()));
      arguments.addAll(half);
      assertThat(run(arguments.toArray(String[]::new))).as("%s", half).isEqualTo(ExitCode.USAGE);
    }
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void healthAndReflection_needNoToken() throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(server.apiAddress()).usePlaintext().build();
    try {
      var health = HealthGrpc.newBlockingStub(channel);
      for (String service : List.of("", RegistryGrpc.SERVICE_NAME)) {
        var request = HealthCheckRequest.newBuilder().setService(service).build();
        assertThat(health.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);
      }
      assertThat(services(channel)).contains(RegistryGrpc.SERVICE_NAME, HealthGrpc.SERVICE_NAME);
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  private static List<String> services(ManagedChannel channel) throws Exception {
    CompletableFuture<List<String>> names = new CompletableFuture<>();
    var requests =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<ServerReflectionResponse>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {
                    names.complete(
                        answer.getListServicesResponse().getServiceList().stream()
                            .map(ServiceResponse::getName)
                            .toList());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    names.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    List<String> found = names.get(30, TimeUnit.SECONDS);
    requests.onCompleted();
    return found;
  }

  @Test
  void start_withoutTokens_orOnATakenPort_fails_andNamesIt() throws Exception {
    var missing = ServerConfig.builder(directory.resolve("none")).build();
    assertThatThrownBy(() -> PenstockServer.start(missing))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
    var taken = config().apiListen(server.apiAddress()).build();
    assertThatThrownBy(() -> PenstockServer.start(taken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen on api");
  }

  @Test
  void run_withAWrongSetting_isAUsageError() {
    assertThat(run("run", "--tokens", tokens.toString(), "--api", "0.0.0.0:0"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("api-insecure-plaintext");
    assertThat(run("run", "--tokens", tokens.toString(), "--heartbeat", "20"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--heartbeat", "'20' must be a number with ms, s, m or h");
    assertThat(run("run")).isEqualTo(ExitCode.USAGE);
    assertThat(run()).isEqualTo(ExitCode.USAGE);
    assertThat(run("--version")).isEqualTo(ExitCode.OK);
  }

  private ServerConfig.Builder config() {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    return ServerConfig.builder(tokens).publicListen(any).apiListen(any);
  }

  private void start(ServerConfig.Builder settings) throws IOException {
    ServerConfig config = settings.build();
    server = PenstockServer.start(config);
    String scheme = config.publicTls() == null ? "ws" : "wss";
    TlsFiles tls = config.publicTls();
    client =
        new OneBlobClient(
            publicUrl(scheme), tunnelToken, tls == null ? null : tls.certificateChain());
  }

  private URI publicUrl(String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + server.publicAddress().getPort());
  }

  /** Fetches as soon as the client is attached. */
  private int fetch(String... arguments) {
    List<String> all = new ArrayList<>(List.of("fetch"));
    if (!List.of(arguments).contains("--api")) {
      all.addAll(List.of("--api", "127.0.0.1:" + server.apiAddress().getPort()));
    }
    all.addAll(List.of("--token-file", callerToken.toString()));
    all.addAll(connection);
    all.addAll(List.of(arguments));
    long start = System.nanoTime();
    int code;
    do {
      err.getBuffer().setLength(0);
      code = run(all.toArray(String[]::new));
    } while (err.toString().contains("no client attached")
        && System.nanoTime() - start < BOUND_NANOS);
    return code;
  }

  private int run(String... arguments) {
    return Main.run(
        List.of(arguments), environment, new PrintWriter(out, true), new PrintWriter(err, true));
  }
}
