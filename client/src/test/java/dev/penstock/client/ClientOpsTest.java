package dev.penstock.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.names.Digest;
import dev.penstock.client.registry.FakeHttpServer;
import dev.penstock.client.registry.FakeRegistry;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.tunnel.AcceptorListener;
import dev.penstock.tunnel.Tunnel;
import dev.penstock.tunnel.TunnelAcceptor;
import dev.penstock.tunnel.TunnelChannelBuilder;
import dev.penstock.tunnel.session.CloseCause;
import dev.penstock.tunnel.session.TunnelAuthenticator.Verdict;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What whoever runs a client sees of it while it runs. */
@Timeout(120)
final class ClientOpsTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final Pattern HEADS =
      Pattern.compile("# HELP ([a-z][a-z0-9_]*) \\S.*\n# TYPE \\1 (counter|gauge)\n");

  @TempDir Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private final BlockingQueue<Tunnel> tunnels = new LinkedBlockingQueue<>();
  private final BlockingQueue<ManagedChannel> channels = new LinkedBlockingQueue<>();
  private FakeRegistry registry;
  private TunnelAcceptor acceptor;
  private PenstockClient client;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    registry.on("/v2/", (request, out) -> FakeHttpServer.reply(out, 401));
    acceptor =
        TunnelAcceptor.builder(ANY)
            .authenticator((tunnel, secret) -> Verdict.ACCEPTED)
            .listener(
                new AcceptorListener() {
                  @Override
                  public void onAttached(Tunnel tunnel) {
                    channels.add(TunnelChannelBuilder.forTunnel(tunnel).build());
                    tunnels.add(tunnel);
                  }
                })
            .start();
    client =
        PenstockClient.start(
            ClientConfig.builder()
                .server(URI.create("ws://127.0.0.1:" + acceptor.address().getPort()))
                .tunnel("acme")
                .tokenFile(Files.writeString(directory.resolve("token"), "hidden-token"))
                .registry("main=" + registry.uri())
                .connections(1)
                .allow("team/**")
                .opsListen(ANY)
                .build());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    acceptor.close();
    registry.close();
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    int port = Objects.requireNonNull(client.opsAddress()).getPort();
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(BOUND).build();
    return http.send(request, BodyHandlers.ofString());
  }

  /** Asks until the answer is as it should be, or time is up; returns the last one. */
  private HttpResponse<String> getUntil(String path, Predicate<HttpResponse<String>> isRight)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    HttpResponse<String> answer = get(path);
    while (!isRight.test(answer) && System.nanoTime() - start < BOUND.toNanos()) {
      answer = get(path);
    }
    return answer;
  }

  private RegistryGrpc.RegistryBlockingStub stub() throws InterruptedException {
    ManagedChannel channel = channels.poll(20, TimeUnit.SECONDS);
    return RegistryGrpc.newBlockingStub(Objects.requireNonNull(channel, "not attached"));
  }

  private static String fetch(
      RegistryGrpc.RegistryBlockingStub stub, String repository, Digest digest) {
    long[] bytes = {0};
    try {
      stub.withDeadlineAfter(60, TimeUnit.SECONDS)
          .fetchBlob(
              FetchBlobRequest.newBuilder()
                  .setTunnel("acme")
                  .setRepository(repository)
                  .setDigest(digest.value())
                  .build())
          .forEachRemaining(message -> bytes[0] += message.getData().size());
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    }
    return bytes[0] + " bytes";
  }

  @Test
  void ready_whenAttachedAndTheRegistryAnswers_elseSaysWhichIsNot() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = getUntil("/readyz", answer -> answer.statusCode() == 200);
    assertThat(ready.body()).isEqualTo("{\"status\":\"ready\",\"reasons\":[]}\n");
    assertThat(registry.requests())
        .filteredOn(request -> request.path().equals("/v2/"))
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.header("Authorization")).isNull());

    acceptor.close();
    HttpResponse<String> detached = getUntil("/readyz", answer -> answer.statusCode() == 503);
    assertThat(detached.statusCode()).isEqualTo(503);
    assertThat(detached.body()).contains("\"not ready\"").doesNotContain("hidden-token", "main");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void notReady_whileTheRegistryFails_andReadyOnceItAnswersAgain() throws Exception {
    var stub = stub();
    getUntil("/readyz", answer -> answer.statusCode() == 200);
    Digest digest = registry.blob(FakeRegistry.bytes(1000));
    registry.gate((request, out) -> FakeHttpServer.reply(out, 503));
    Thread reading = new Thread(() -> fetch(stub, "team/app", digest));
    reading.start();
    HttpResponse<String> failing = getUntil("/readyz", answer -> answer.statusCode() == 503);
    assertThat(failing.statusCode()).isEqualTo(503);
    assertThat(failing.body()).contains("registry 'main'", "503");

    registry.gate((request, out) -> {});
    assertThat(getUntil("/readyz", answer -> answer.statusCode() == 200).statusCode())
        .isEqualTo(200);
    reading.join(BOUND.toMillis());
  }

  @Test
  void metrics_tellOfTunnelsCallsErrorsRegistriesAndTransfers() throws Exception {
    var stub = stub();
    Digest digest = registry.blob(FakeRegistry.bytes(3_000_000));
    assertThat(fetch(stub, "team/app", digest)).isEqualTo("3000000 bytes");
    assertThat(fetch(stub, "team/app", Digest.of(new byte[1]))).isEqualTo("NOT_FOUND");
    assertThat(fetch(stub, "others/app", digest)).isEqualTo("PERMISSION_DENIED");
    String page =
        getUntil("/metrics", answer -> answer.body().contains("code=\"PERMISSION_DENIED\"} 1\n"))
            .body();
    assertThat(page)
        .contains(
            "\npenstock_client_tunnels_total 1\n",
            "\npenstock_client_carriers 1\n",
            "\npenstock_client_calls_total{method=\"FetchBlob\",code=\"OK\"} 1\n",
            "\npenstock_client_errors_total{hop=\"registry\",code=\"NOT_FOUND\"} 1\n",
            "\npenstock_client_errors_total{hop=\"client\",code=\"PERMISSION_DENIED\"} 1\n",
            "\npenstock_client_registry_errors_total{registry=\"main\",kind=\"not_found\"} 1\n",
            "\npenstock_client_registry_read_bytes_total{registry=\"main\"} 3000000\n",
            "\npenstock_client_read_ahead_bytes 0\n",
            "\npenstock_client_transfers_total 3\n",
            "\npenstock_client_transfers_active 0\n")
        .containsPattern("\npenstock_client_sent_bytes_total 3\\d{6}\n")
        .containsPattern(
            "\npenstock_client_transfer_wait_seconds_total\\{on=\"registry\"} \\d\\.\\d")
        .doesNotContain("team/app", digest.value(), "hidden-token");
  }

  @Test
  void stalledCaller_fillsTheWindowOfItsStream_andGivesItBack() throws Exception {
    Digest digest = registry.blob(FakeRegistry.bytes(5_000_000));
    var parts =
        stub()
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .fetchBlob(
                FetchBlobRequest.newBuilder()
                    .setTunnel("acme")
                    .setRepository("team/app")
                    .setDigest(digest.value())
                    .build());
    assertThat(parts.next().hasHeader()).isTrue();
    String used = "\npenstock_client_stream_window_used_bytes\\{direction=\"send\"\\} ";
    Pattern full = Pattern.compile(used + "[1-9]\\d{5,}\n");
    assertThat(getUntil("/metrics", answer -> full.matcher(answer.body()).find()).body())
        .containsPattern(full)
        .containsPattern(
            "\npenstock_client_stream_window_bytes\\{direction=\"send\"} [1-9]\\d{5,}\n");
    parts.forEachRemaining(part -> {});
    Pattern empty = Pattern.compile(used + "0\n");
    assertThat(getUntil("/metrics", answer -> empty.matcher(answer.body()).find()).body())
        .containsPattern(empty);
  }

  @Test
  void counters_doNotFallWithTheTunnelThatTheyCounted() throws Exception {
    Digest digest = registry.blob(FakeRegistry.bytes(2_000_000));
    assertThat(fetch(stub(), "team/app", digest)).isEqualTo("2000000 bytes");
    Objects.requireNonNull(tunnels.poll(20, TimeUnit.SECONDS)).close(CloseCause.CLOSED, "test");
    stub();
    String page =
        getUntil("/metrics", answer -> answer.body().contains("penstock_client_tunnels_total 2\n"))
            .body();
    assertThat(page)
        .contains("\npenstock_client_tunnels_total 2\n", "\npenstock_client_tunnels 1\n")
        .containsPattern("\npenstock_client_sent_bytes_total 2\\d{6}\n");
  }

  @Test
  void metrics_eachHaveHelpAndTypeAndAName_andTheReadmeListsThem() throws Exception {
    fetch(stub(), "team/app", registry.blob(FakeRegistry.bytes(10)));
    String page = get("/metrics").body();
    Set<String> declared = new TreeSet<>();
    HEADS.matcher(page).results().map(head -> head.group(1)).forEach(declared::add);
    assertThat(page.lines().filter(line -> !line.startsWith("#")))
        .isNotEmpty()
        .allSatisfy(
            sample -> {
              assertThat(sample).matches("[a-z0-9_]+(\\{([a-z]+=\"[^\"]*\",?)+})? [-+.0-9E]+");
              assertThat(declared).contains(sample.split("[ {]", 2)[0]);
            });
    declared.removeIf(name -> !name.startsWith("penstock_"));
    Set<String> rows = new TreeSet<>();
    Pattern.compile("(?m)^\\| `(penstock_[a-z_]+)` \\|")
        .matcher(Files.readString(Path.of("README.md")))
        .results()
        .forEach(row -> rows.add(row.group(1)));
    assertThat(rows).isEqualTo(declared).isNotEmpty();
  }
}
