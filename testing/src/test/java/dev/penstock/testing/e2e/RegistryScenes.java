package dev.penstock.testing.e2e;

import dev.penstock.registry.v1.ListRepositoriesRequest;
import dev.penstock.testing.e2e.FailureStage.Scene;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.testing.registry.Fault;
import dev.penstock.testing.registry.ListFault;
import dev.penstock.testing.registry.Refusal;
import io.grpc.Status;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What registries do wrong. */
final class RegistryScenes {
  private static final int MIB = 1 << 20;

  /** More than a page may hold. */
  private static final int REPOSITORIES = 50_000;

  private RegistryScenes() {}

  static Map<String, Scene> all() {
    return Map.of(
        "the registry throttles (429), and asks to be left alone for long",
        stage -> refused(stage, Refusal.throttled(Duration.ofHours(1))),
        "the registry answers 5xx for longer than 3 s",
        stage -> refused(stage, Refusal.of(503)),
        "the registry sends nothing more for `--registry-patience` (60 s)",
        RegistryScenes::stalling,
        "the registry breaks off again and again",
        stage -> fetch(stage, new Fault.CloseAt(0)),
        "the registry sends a body that is shorter or longer than the digest's",
        stage -> fetch(stage, new Fault.Shorten(5L * MIB)),
        "the registry sends other bytes than the digest's",
        stage -> fetch(stage, new Fault.Corrupt(3L * MIB)),
        "the registry redirects to a store that refuses the link",
        RegistryScenes::refusedLink,
        "the registry keeps no list of repositories, or keeps it to itself",
        stage -> list(stage, ListFault.NO_CATALOG),
        "the registry's list goes on at another host, or with the same page again",
        stage -> list(stage, ListFault.FOREIGN_LINK),
        "a list of more than 4 MiB or 100,000 entries at once",
        RegistryScenes::endlessList);
  }

  private static Status refused(FailureStage stage, Refusal how) throws Exception {
    return fetch(stage, registry -> registry.troubles().refuseNext(Integer.MAX_VALUE, how));
  }

  private static Status fetch(FailureStage stage, Fault fault) throws Exception {
    return fetch(stage, registry -> registry.breakBlob(FailureStage.BLOB.digest(), fault));
  }

  private static Status fetch(FailureStage stage, Consumer<EmbeddedRegistry> trouble)
      throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.add(Names.REPOSITORY, FailureStage.BLOB);
      trouble.accept(registry);
      return stage.fetch(stage.settings(registry.url()));
    }
  }

  private static Status stalling(FailureStage stage) throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.add(Names.REPOSITORY, FailureStage.BLOB);
      registry.breakBlob(FailureStage.BLOB.digest(), new Fault.StallAt(MIB));
      return stage.fetch(
          stage.settings(
              registry.url(), config -> config.registryHeaderTimeout(Duration.ofSeconds(1))));
    }
  }

  private static Status refusedLink(FailureStage stage) throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.builder().redirectBlobs().start()) {
      registry.add(Names.REPOSITORY, FailureStage.BLOB);
      registry.troubles().expireUrlsAfter(Duration.ofMinutes(-1));
      return stage.fetch(stage.settings(registry.url()));
    }
  }

  private static Status list(FailureStage stage, ListFault fault) throws Exception {
    return list(stage, 200, "team/r%05d", fault);
  }

  private static Status endlessList(FailureStage stage) throws Exception {
    String name = "team/" + "x".repeat(100) + "%05d";
    return list(stage, REPOSITORIES, name, ListFault.IGNORES_PAGES);
  }

  private static Status list(FailureStage stage, int count, String name, ListFault fault)
      throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      IntStream.range(0, count).forEach(i -> registry.add(name.formatted(i)));
      registry.breakLists(fault);
      try (Deployment penstock = stage.settings(registry.url()).start()) {
        return RequestScenes.statusOf(() -> listAll(penstock));
      }
    }
  }

  private static void listAll(Deployment penstock) {
    String token = "";
    do {
      token =
          penstock
              .caller()
              .listRepositories(
                  ListRepositoriesRequest.newBuilder()
                      .setTunnel(Names.TUNNEL)
                      .setPageSize(100)
                      .setPageToken(token)
                      .build())
              .getNextPageToken();
    } while (!token.isEmpty());
  }
}
