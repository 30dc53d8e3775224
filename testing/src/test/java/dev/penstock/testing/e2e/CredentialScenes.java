package dev.penstock.testing.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.client.ClientConfig;
import dev.penstock.testing.e2e.FailureStage.Scene;
import dev.penstock.testing.registry.Access;
import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.testing.registry.Fault;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Registries that want other credentials than the client has. */
final class CredentialScenes {
  static final Credentials READER = new Credentials("reader", "a secret");
  private static final Credentials WRONG = new Credentials("reader", "open-sesame");

  private CredentialScenes() {}

  static Map<String, Scene> all() {
    return Map.of(
        "a wrong user or password for the registry",
        stage -> fetch(stage, new Access.Basic(READER), WRONG),
        "no credentials for a registry that wants some",
        stage -> fetch(stage, new Access.Basic(READER), config -> config),
        "the registry's token server refuses the credentials",
        stage -> fetch(stage, new Access.Bearer(READER), WRONG),
        "a credential helper that is not installed, or fails",
        CredentialScenes::withoutHelper,
        "the account at the registry lacks the right to read this",
        CredentialScenes::withoutRight);
  }

  private static Status fetch(FailureStage stage, Access access, Credentials shown)
      throws Exception {
    Path password = Files.writeString(stage.directory().resolve("password"), shown.password());
    return fetch(
        stage,
        access,
        config -> config.registryUsername(shown.username()).registryPasswordFile(password));
  }

  private static Status fetch(
      FailureStage stage, Access access, UnaryOperator<ClientConfig.Builder> tuning)
      throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.builder().access(access).start()) {
      return stage.fetch(stage.settings(registry.url(), tuning));
    }
  }

  private static Status withoutHelper(FailureStage stage) throws Exception {
    try (EmbeddedRegistry registry = withPasswords()) {
      Path file = stage.directory().resolve("config.json");
      String host = registry.url().getAuthority();
      Files.writeString(file, "{\"credHelpers\": {\"%s\": \"nowhere\"}}".formatted(host));
      return stage.fetch(
          stage.settings(registry.url(), config -> config.registryAuthFile(file.toString())));
    }
  }

  private static Status withoutRight(FailureStage stage) throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.add(Names.REPOSITORY, FailureStage.BLOB);
      registry.breakBlob(FailureStage.BLOB.digest(), new Fault.Status(403));
      return stage.fetch(stage.settings(registry.url()));
    }
  }

  /** One that lets {@link #READER} in and has the blob. */
  static EmbeddedRegistry withPasswords() {
    EmbeddedRegistry registry = EmbeddedRegistry.builder().access(new Access.Basic(READER)).start();
    registry.add(Names.REPOSITORY, FailureStage.BLOB);
    return registry;
  }

  /** A {@code config.json} with these for the registry. */
  static Path authFile(FailureStage stage, EmbeddedRegistry registry, Credentials credentials)
      throws IOException {
    String pair = credentials.username() + ":" + credentials.password();
    return Files.writeString(
        stage.directory().resolve("config.json"),
        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
            .formatted(
                registry.url().getAuthority(),
                Base64.getEncoder().encodeToString(pair.getBytes(UTF_8))));
  }
}
