package dev.penstock.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.server.auth.CallerAuthentication;
import dev.penstock.server.auth.TokenFile;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
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
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the operator of a running server sees, and what passes through it. */
@Timeout(120)
class ServerOpsTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static final Duration BOUND = Duration.ofSeconds(30);

  private static final Pattern HEADS =
      Pattern.compile("# HELP ([a-z][a-z0-9_]*) \\S.*\n# TYPE \\1 (counter|gauge)\n");

  @TempDir Path directory;
  private static final int WINDOW_BYTES = 64 * 1024;

  /** Less than a blob: of one that came whole the stream would be over, whoever reads it. */
  private static final int STREAM_WINDOW_BYTES = 1024 * 1024;

  private final HttpClient http = HttpClient.newHttpClient();
  private PenstockServer server;
  private OneBlobClient client;
  private ManagedChannel channel;
  private RegistryBlockingStub caller;

  @BeforeEach
  void start() throws Exception {
    Path tokens = directory.resolve("tokens");
    String tunnelToken = TokenFile.createTunnelToken(tokens, "acme");
    String secret = TokenFile.createCallerToken(tokens, "scanner", Set.of("acme"));
    server =
        PenstockServer.start(
            ServerConfig.builder(tokens)
                .publicListen(ANY)
                .apiListen(ANY)
                .opsListen(ANY)
                .streamWindowBytes(STREAM_WINDOW_BYTES)
                .build());
    client =
        new OneBlobClient(
            URI.create("ws://127.0.0.1:" + server.publicAddress().getPort()), tunnelToken, null);
    channel =
        NettyChannelBuilder.forAddress(server.apiAddress())
            .flowControlWindow(WINDOW_BYTES) // else it would take the blob unread
            .usePlaintext()
            .build();
    Metadata headers = new Metadata();
    headers.put(CallerAuthentication.AUTHORIZATION, "Bearer " + secret);
    caller = stubWith(headers);
    client.awaitAttached();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    client.close();
    server.close();
  }

  private RegistryBlockingStub stubWith(Metadata headers) {
    return RegistryGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    int port = Objects.requireNonNull(server.opsAddress()).getPort();
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build();
    return http.send(request, BodyHandlers.ofString());
  }

  private static long fetch(RegistryBlockingStub caller, String digest) {
    long[] bytes = {0};
    caller
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .fetchBlob(
            FetchBlobRequest.newBuilder()
                .setTunnel("acme")
                .setRepository("team/app")
                .setDigest(digest)
                .build())
        .forEachRemaining(message -> bytes[0] += message.getData().size());
    return bytes[0];
  }

  @Test
  void metrics_tellOfTunnelsCallsErrorsAndTransfers() throws Exception {
    assertThat(fetch(caller, OneBlobClient.DIGEST)).isEqualTo(OneBlobClient.BLOB.length);
    assertThat(failureOf(caller, "sha256:" + "0".repeat(64))).contains("NOT_FOUND");
    assertThat(failureOf(stubWith(new Metadata()), OneBlobClient.DIGEST)).contains("UNAUTH");
    HttpResponse<String> answer = get("/metrics");
    long start = System.nanoTime();
    // A call is counted when its stream is closed, which its caller may learn a moment before.
    while (!answer.body().contains("{hop=\"server\",code=\"UNAUTHENTICATED\"} 1\n")
        && System.nanoTime() - start < BOUND.toNanos()) {
      answer = get("/metrics");
    }
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body())
        .contains(
            "\npenstock_server_tunnels 1\n",
            "\npenstock_server_carriers 1\n",
            "\npenstock_server_tunnels_total 1\n",
            "\npenstock_server_streams 0\n",
            "\npenstock_server_probes 0\n",
            "\npenstock_server_probes_total 0\n",
            "\npenstock_server_probe_bytes_total{direction=\"send\"} 0\n",
            "\npenstock_server_calls_total{method=\"FetchBlob\",code=\"OK\"} 1\n",
            "\npenstock_server_errors_total{hop=\"client\",code=\"NOT_FOUND\"} 1\n",
            "\npenstock_server_errors_total{hop=\"server\",code=\"UNAUTHENTICATED\"} 1\n",
            "\npenstock_server_transfers_total 2\n",
            "\npenstock_server_transfers_active 0\n")
        .containsPattern("\npenstock_server_transfer_wait_seconds_total\\{on=\"tunnel\"} 0\\.\\d")
        .containsPattern("\npenstock_server_received_bytes_total 3[34]\\d{5}\n")
        .doesNotContain("scanner", "team/app");
  }

  private static String failureOf(RegistryBlockingStub caller, String digest) {
    try {
      return "none, but bytes: " + fetch(caller, digest);
    } catch (StatusRuntimeException e) {
      return e.getStatus().toString();
    }
  }

  @Test
  void metrics_eachHaveHelpAndTypeAndAName_andTheReadmeListsThem() throws Exception {
    fetch(caller, OneBlobClient.DIGEST);
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

  @Test
  void stalledCaller_fillsTheWindowOfItsStreamInTheTunnel_andEmptiesIt() throws Exception {
    Iterator<FetchBlobResponse> slow = blobThatNobodyReads();
    String used = "\npenstock_server_stream_window_used_bytes\\{direction=\"receive\"\\} ";
    assertThat(metricsWith(Pattern.compile(used + "[1-9]\\d{4,}\n")))
        .containsPattern(
            "\npenstock_server_stream_window_bytes\\{direction=\"receive\"} [1-9]\\d+\n");
    slow.forEachRemaining(message -> {});
    assertThat(metricsWith(Pattern.compile(used + "0\n")))
        .contains("\npenstock_server_stream_window_bytes{direction=\"receive\"} 0\n");
  }

  /** Past its header; the rest comes as far as the window lets it. */
  private Iterator<FetchBlobResponse> blobThatNobodyReads() {
    Iterator<FetchBlobResponse> blob =
        caller.fetchBlob(
            FetchBlobRequest.newBuilder()
                .setTunnel("acme")
                .setRepository("r")
                .setDigest(OneBlobClient.DIGEST)
                .build());
    assertThat(blob.next().hasHeader()).isTrue();
    return blob;
  }

  /** Asks until it is there. */
  private String metricsWith(Pattern line) throws Exception {
    String page = get("/metrics").body();
    long start = System.nanoTime();
    while (!line.matcher(page).find()) {
      assertThat(System.nanoTime() - start).as(page).isLessThan(BOUND.toNanos());
      page = get("/metrics").body();
    }
    return page;
  }

  @Test
  void readiness_endsWhenTheServerDrains_andLifeGoesOn() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    Iterator<FetchBlobResponse> slow = blobThatNobodyReads();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
    HttpResponse<String> answer = get("/readyz");
    long start = System.nanoTime();
    while (answer.statusCode() == 200 && System.nanoTime() - start < BOUND.toNanos()) {
      answer = get("/readyz");
    }
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("\"not ready\"", "draining");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    slow.forEachRemaining(message -> {});
    closing.get(60, TimeUnit.SECONDS);
  }

  @Test
  void traceContext_reachesTheClientsService_andTheTokenDoesNot() {
    String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    Metadata trace = new Metadata();
    trace.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), traceparent);
    trace.put(Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER), "a=1,b=2");
    fetch(
        caller.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(trace)),
        OneBlobClient.DIGEST);
    assertThat(client.received("traceparent")).isEqualTo(traceparent);
    assertThat(client.received("tracestate")).isEqualTo("a=1,b=2");
    assertThat(client.received("authorization")).isNull();
  }
}
