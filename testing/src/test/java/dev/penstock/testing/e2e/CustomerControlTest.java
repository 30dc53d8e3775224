package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.penstock.client.ClientConfig;
import dev.penstock.client.audit.AuditTarget;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.Access;
import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The customer's hold on the client while it works: what changes under a transfer, and how. */
class CustomerControlTest {
  private static final Credentials BEFORE = new Credentials("reader", "a secret");
  private static final Credentials AFTER = new Credentials("reader", "another secret");
  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void policyThatChanges_lastsForTheTransferThatItAllowed() throws Exception {
    Blob blob = Blob.generated(131, 64L * MIB);
    Path policy = write("policy.yaml", "rules: [{name: all, allow: [team/**]}]");
    try (LogCapture log = LogCapture.of(ClientLog.LOGGER, Level.INFO);
        EmbeddedRegistry registry = publish(EmbeddedRegistry.builder(), blob);
        Deployment penstock =
            Deployment.builder(directory).registry(registry.url()).policy(policy).start()) {
      BlobReceiver running = stalled(penstock, blob);
      replace(policy, "rules: [{name: no more, deny: [team/app]}]");
      log.await("policy reloaded from " + policy);
      Outcomes.expectFailure(penstock, blob, Code.PERMISSION_DENIED, "rule 'no more' denies it");
      running.resume();
      Callers.expectWhole(running, blob);
      assertThat(registry.traffic(blob.digest()).transfersBegun()).isEqualTo(1);
    }
  }

  @Test
  void credentialsThatAreReplaced_serveTheTransferThatOutlivesItsToken() throws Exception {
    Blob blob = Blob.generated(132, 64L * MIB);
    try (EmbeddedRegistry registry =
        publish(EmbeddedRegistry.builder().access(new Access.Bearer(BEFORE)), blob)) {
      registry.troubles().expireTokensAndCutAfter(Duration.ofSeconds(2));
      Path file = write("config.json", authFile(registry, BEFORE));
      try (Deployment penstock =
          deploy(registry, config -> config.registryAuthFile(file.toString()))) {
        BlobReceiver running = stalled(penstock, blob);
        registry.letIn(new Access.Bearer(AFTER));
        replace(file, authFile(registry, AFTER));
        assertThat(registry.traffic(blob.digest()).awaitTransfersOpen(0, Bounds.EVENT)).isTrue();
        running.resume();
        Callers.expectWhole(running, blob);
      }
      assertThat(registry.tokensIssued()).isGreaterThanOrEqualTo(2);
    }
  }

  /** A lower bound alone: how much longer it takes is the machine's affair. */
  @Test
  void rateLimit_holdsForAllTransfersTogether() throws Exception {
    List<Blob> blobs = List.of(Blob.generated(133, 12L * MIB), Blob.generated(134, 12L * MIB));
    Path policy =
        write("policy.yaml", "{rules: [{allow: [team/**]}], limits: {bytes-per-second: 8MiB}}");
    try (EmbeddedRegistry registry = publish(EmbeddedRegistry.builder(), blobs.get(0));
        Deployment penstock =
            Deployment.builder(directory).registry(registry.url()).policy(policy).start()) {
      registry.add(Names.REPOSITORY, blobs.get(1));
      Duration took = new Callers(registry, penstock).expectAllWhole(blobs);
      assertThat(took).isGreaterThan(Duration.ofMillis(2_500)); // 24 MiB, of which 1 at once
    }
  }

  @Test
  void auditLine_saysWhoReadWhatAndHowItEnded() throws Exception {
    Blob blob = Blob.generated(135, 5L * MIB);
    Path audit = directory.resolve("audit.jsonl");
    Instant before = Instant.now();
    String name;
    try (EmbeddedRegistry registry = publish(EmbeddedRegistry.builder(), blob);
        Deployment penstock =
            deploy(registry, config -> config.audit(AuditTarget.parse(audit.toString())))) {
      name = registry.url().getAuthority();
      Outcomes.expectPart(penstock, blob, MIB, 2L * MIB);
    }
    List<String> lines = Files.readAllLines(audit);
    assertThat(lines).hasSize(1);
    JsonObject line = JsonParser.parseString(lines.get(0)).getAsJsonObject();
    assertThat(line.keySet())
        .containsExactly(
            "time",
            "request_id",
            "caller",
            "operation",
            "registry",
            "repository",
            "digest",
            "bytes",
            "duration_ms",
            "outcome");
    assertThat(Instant.parse(text(line, "time"))).isBetween(before.minusMillis(1), Instant.now());
    assertThat(text(line, "request_id")).matches("[0-9a-f]{32}");
    assertThat(text(line, "caller")).isEqualTo("scanner");
    assertThat(text(line, "operation")).isEqualTo("fetch-blob");
    assertThat(text(line, "registry")).isEqualTo(name);
    assertThat(text(line, "repository")).isEqualTo(Names.REPOSITORY);
    assertThat(text(line, "digest")).isEqualTo(blob.digest());
    assertThat(line.get("bytes").getAsLong()).isEqualTo(2L * MIB);
    assertThat(line.get("duration_ms").getAsLong()).isNotNegative();
    assertThat(text(line, "outcome")).isEqualTo("OK");
  }

  private static String text(JsonObject line, String key) {
    return line.get(key).getAsString();
  }

  private static EmbeddedRegistry publish(EmbeddedRegistry.Builder settings, Blob blob) {
    EmbeddedRegistry registry = settings.start();
    registry.add(Names.REPOSITORY, blob);
    return registry;
  }

  private Deployment deploy(EmbeddedRegistry registry, UnaryOperator<ClientConfig.Builder> tuning)
      throws Exception {
    return Deployment.builder(directory).registry(registry.url()).tuneClient(tuning).start();
  }

  private static BlobReceiver stalled(Deployment penstock, Blob blob) throws Exception {
    BlobReceiver receiver = BlobReceiver.stallingAt(MIB);
    penstock.fetch(Names.blob(blob.digest()), receiver);
    receiver.awaitStall(Bounds.EVENT);
    return receiver;
  }

  private static String authFile(EmbeddedRegistry registry, Credentials shown) {
    String pair = shown.username() + ":" + shown.password();
    return "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
        .formatted(
            registry.url().getAuthority(),
            Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /** At one stroke, as careful editors and Kubernetes do. */
  private void replace(Path file, String text) throws IOException {
    Files.move(write("replacement", text), file, StandardCopyOption.ATOMIC_MOVE);
  }
}
