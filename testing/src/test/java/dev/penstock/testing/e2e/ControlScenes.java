package dev.penstock.testing.e2e;

import dev.penstock.testing.e2e.FailureStage.Scene;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What the customer's own files forbid, and what happens when these cannot be used. */
final class ControlScenes {
  private ControlScenes() {}

  static Map<String, Scene> all() {
    return Map.of(
        "a repository or operation that the policy does not allow",
        ControlScenes::denied,
        "a blob that is larger than the policy allows",
        stage -> fetch(stage, "rules: [{name: small ones, allow: [team/**], largest-blob: 1MiB}]"),
        "more transfers at once than the policy allows",
        ControlScenes::tooMany,
        "the audit log cannot be written any more",
        ControlScenes::withoutAudit,
        "the policy file is broken while the client runs",
        ControlScenes::brokenPolicy,
        "the credentials file is broken while the client runs",
        ControlScenes::brokenCredentials);
  }

  private static Status denied(FailureStage stage) throws Exception {
    return fetch(
        stage, "rules: [{name: no app, deny: [team/app]}, {name: all else, allow: [team/**]}]");
  }

  private static Status fetch(FailureStage stage, String policy) throws Exception {
    try (EmbeddedRegistry registry = publish();
        Deployment penstock = under(policy(stage, policy), stage, registry)) {
      return stage.fetch(penstock);
    }
  }

  private static Status tooMany(FailureStage stage) throws Exception {
    Path policy = policy(stage, "{rules: [{allow: [team/**]}], limits: {transfers: 1}}");
    try (EmbeddedRegistry registry = publish();
        Deployment penstock = under(policy, stage, registry)) {
      BlobReceiver first = BlobReceiver.stallingAt(1);
      penstock.fetch(Names.blob(FailureStage.BLOB.digest()), first);
      first.awaitStall(Bounds.EVENT);
      Status second = stage.fetch(penstock);
      first.resume();
      Callers.expectWhole(first, FailureStage.BLOB);
      return second;
    }
  }

  /** A directory that is gone: root, who runs tests here and there, may write everywhere else. */
  private static Status withoutAudit(FailureStage stage) throws Exception {
    try (EmbeddedRegistry registry = publish();
        Deployment penstock = stage.settings(registry.url()).start()) {
      Path place = stage.auditDirectory();
      Path elsewhere = stage.directory().resolve("moved");
      Files.move(place, elsewhere);
      Status before = stage.fetch(penstock);
      stage.log().await("the audit log ", "cannot be written");
      Status after = stage.fetch(penstock);
      Files.move(elsewhere, place);
      stage.log().await("is written again");
      return before.isOk() ? after : before;
    }
  }

  private static Status brokenPolicy(FailureStage stage) throws Exception {
    Path policy = policy(stage, "rules: [{allow: [team/**]}]");
    try (EmbeddedRegistry registry = publish();
        Deployment penstock = under(policy, stage, registry)) {
      Files.writeString(policy, "rules: [{allows: [team/**]}]");
      stage.log().await("policy not reloaded");
      return stage.fetch(penstock);
    }
  }

  private static Status brokenCredentials(FailureStage stage) throws Exception {
    try (EmbeddedRegistry registry = CredentialScenes.withPasswords()) {
      Path file = CredentialScenes.authFile(stage, registry, CredentialScenes.READER);
      try (Deployment penstock =
          stage
              .settings(registry.url(), config -> config.registryAuthFile(file.toString()))
              .start()) {
        Files.writeString(file, "{\"auths\": ");
        return stage.fetch(penstock);
      }
    }
  }

  private static EmbeddedRegistry publish() {
    EmbeddedRegistry registry = EmbeddedRegistry.start();
    registry.add(Names.REPOSITORY, FailureStage.BLOB);
    return registry;
  }

  private static Path policy(FailureStage stage, String text) throws Exception {
    return Files.writeString(stage.directory().resolve("policy.yaml"), text);
  }

  private static Deployment under(Path policy, FailureStage stage, EmbeddedRegistry registry)
      throws Exception {
    return stage.settings(registry.url()).policy(policy).start();
  }
}
