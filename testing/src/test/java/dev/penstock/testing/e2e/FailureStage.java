package dev.penstock.testing.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.client.ClientConfig;
import dev.penstock.client.audit.AuditTarget;
import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.server.relay.RelayOptions;
import dev.penstock.server.route.RouteOptions;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.peers.PeerBinary;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where a failure is staged.
 *
 * @param directory of its own, empty at first; the clients' audit log is below it
 * @param log of the clients
 */
record FailureStage(Path directory, LogCapture log) {
  /** The blob that everybody wants. */
  static final Blob BLOB = Blob.generated(113, 6_000_000);

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** A way in which something fails; its result is what the caller got. */
  @FunctionalInterface
  interface Scene {
    Status play(FailureStage stage) throws Exception;
  }

  /** Skips the scene where a program is missing that it needs. */
  void needs(PeerBinary program) {
    assumeTrue(program.find().isPresent(), () -> "missing peer: " + program.command());
  }

  /** Holds nothing but the audit log. */
  Path auditDirectory() {
    return directory.resolve("audit");
  }

  Path audit() {
    return auditDirectory().resolve("audit.jsonl");
  }

  List<String> auditLines() throws IOException {
    return Files.exists(audit()) ? Files.readAllLines(audit()) : List.of();
  }

  /** With an audit log, and with short patience, so that nobody waits for what is patience only. */
  Deployment.Builder settings(URI registry) throws IOException {
    return settings(registry, config -> config);
  }

  Deployment.Builder settings(URI registry, UnaryOperator<ClientConfig.Builder> tuning)
      throws IOException {
    Files.createDirectories(auditDirectory());
    RelayOptions relay = RelayOptions.DEFAULTS;
    RelayOptions impatient =
        new RelayOptions(
            new RouteOptions(PATIENCE, relay.route().maxWaitingCalls()),
            relay.stallTimeout(),
            relay.callerStallTimeout(),
            relay.moveAfter());
    return Deployment.builder(directory)
        .registry(registry)
        .tuneServer(config -> config.relay(impatient))
        .tuneClient(
            config ->
                tuning.apply(
                    config
                        .audit(AuditTarget.parse(audit().toString()))
                        .registryStallTimeout(PATIENCE)
                        .registryPatience(PATIENCE.multipliedBy(2))));
  }

  /** What a caller gets who wants the blob of such a deployment. */
  Status fetch(Deployment.Builder settings) throws Exception {
    try (Deployment penstock = settings.start()) {
      return fetch(penstock);
    }
  }

  Status fetch(Deployment penstock) throws InterruptedException {
    return fetch(penstock, Names.blob(BLOB.digest()));
  }

  Status fetch(Deployment penstock, FetchBlobRequest request) throws InterruptedException {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(request, receiver);
    return receiver.await(Bounds.TRANSFER);
  }
}
