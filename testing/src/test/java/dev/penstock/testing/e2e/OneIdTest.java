package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.penstock.client.audit.AuditTarget;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.testing.peers.DockerRegistry;
import dev.penstock.testing.peers.PeerBinary;
import dev.penstock.testing.peers.RequiresPeer;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One id finds one transfer everywhere: at its caller, in all logs, and in the registry's own. */
@RequiresPeer({PeerBinary.DOCKER_REGISTRY, PeerBinary.SKOPEO})
class OneIdTest {
  private static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  @TempDir Path directory;
  private PublishedImage image;
  private DockerRegistry registry;
  private Path audit;
  private Deployment penstock;
  private LogCapture serverLog;

  @BeforeEach
  void start() throws Exception {
    image = PublishedImage.push(directory);
    registry = image.registry().passwords().start();
    audit = directory.resolve("audit.jsonl");
    serverLog = LogCapture.of("dev.penstock.server.access", Level.INFO);
    penstock =
        Deployment.builder(directory)
            .registry(registry.url())
            .registryCredentials(DockerRegistry.READER.username(), DockerRegistry.READER.password())
            .tuneClient(config -> config.audit(AuditTarget.parse(audit.toString())))
            .start();
  }

  @AfterEach
  void stop() {
    penstock.close();
    serverLog.close();
    registry.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one-id/4711", "trace=00-4bf92f3577b34da6a3ce929d0e0e4736:1"})
  void idOfTheCaller_isInEveryLog(String id) throws Exception {
    String answered = call(id, this::fetchBlob);
    assertThat(answered).isEqualTo(id);
    expectEverywhere(id, "FetchBlob", "fetch-blob", "/blobs/" + image.layer().digest());
  }

  @Test
  void idThatTheServerMakes_isInEveryLog() throws Exception {
    String answered = call(null, this::fetchManifest);
    assertThat(answered).hasSizeGreaterThanOrEqualTo(32);
    expectEverywhere(answered, "FetchManifest", "fetch-manifest", "/manifests/1.0");
  }

  @Test
  void traceOfTheCaller_isInTheLogsOfServerAndClient() throws Exception {
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    Metadata sent = new Metadata();
    sent.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-" + trace + "-00f067aa0ba902b7-01");
    fetchManifest(
        penstock.caller().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(sent)));
    assertThat(serverLog.await(" method=FetchManifest ")).endsWith(" trace_id=" + trace);
    assertThat(
            Eventually.holds(
                () -> hasLine(lines(audit), "\"trace_id\":\"" + trace + '"', "\"fetch-manifest\"")))
        .isTrue();
  }

  /** In the server's log, in the client's audit log, and with the registry's line of the path. */
  private void expectEverywhere(String id, String method, String operation, String path)
      throws Exception {
    String line = serverLog.await("request_id=" + id + " ", " method=" + method + " ");
    assertThat(line).contains(" caller=scanner ", " code=OK");
    assertThat(Eventually.holds(() -> hasLine(lines(audit), '"' + id + '"', operation))).isTrue();
    assertThat(Eventually.holds(() -> hasLine(registryLog(), "(request " + id + ")", path)))
        .as("the registry's log: %s", registryLog())
        .isTrue();
    assertThat(registryLog())
        .filteredOn(each -> each.contains("GET /v2/") && each.contains(path))
        .allMatch(each -> each.contains(id));
  }

  private static boolean hasLine(List<String> lines, String... parts) {
    return lines.stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
  }

  private List<String> registryLog() {
    try {
      return registry.log();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls with this id, or with none, and returns the one that comes back. */
  private String call(@Nullable String id, Consumer<RegistryBlockingStub> call) {
    Metadata sent = new Metadata();
    if (id != null) {
      sent.put(REQUEST_ID, id);
    }
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    call.accept(
        penstock
            .caller()
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(sent),
                MetadataUtils.newCaptureMetadataInterceptor(headers, trailers)));
    return Objects.requireNonNull(Objects.requireNonNull(headers.get()).get(REQUEST_ID));
  }

  private void fetchBlob(RegistryBlockingStub caller) {
    long bytes = 0;
    var parts = caller.fetchBlob(Names.blob(image.layer().digest()));
    while (parts.hasNext()) {
      FetchBlobResponse part = parts.next();
      bytes += part.getData().size();
    }
    assertThat(bytes).isEqualTo(image.layer().size());
  }

  private void fetchManifest(RegistryBlockingStub caller) {
    var manifest = caller.fetchManifest(Names.manifest(PublishedImage.TAG));
    assertThat(manifest.getDigest()).isNotEmpty();
  }
}
