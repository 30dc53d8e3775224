package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.testing.e2e.FailureStage.Scene;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What callers ask for and cannot have, at a registry with which all is well. */
final class RequestScenes {
  private static final String UNKNOWN_DIGEST = "sha256:" + "0".repeat(64);

  private RequestScenes() {}

  static Map<String, Scene> all() {
    return Map.of(
        "no caller's token, or one that the server does not know",
        stage ->
            call(
                stage,
                penstock ->
                    stat(penstock.callerWithToken("psc_unknown"), FailureStage.BLOB.digest())),
        "a tunnel that this caller may not use",
        stage -> fetch(stage, request -> request.setTunnel("stranger")),
        "a repository, tag, digest, range or page token that cannot be one",
        stage -> fetch(stage, request -> request.setRepository("team/../secret")),
        "a registry's name that the client does not have",
        stage -> fetch(stage, request -> request.setRegistry("other")),
        "a repository, blob or manifest that the registry does not have",
        stage -> fetch(stage, request -> request.setDigest(UNKNOWN_DIGEST)));
  }

  private static Status fetch(FailureStage stage, UnaryOperator<FetchBlobRequest.Builder> wrongly)
      throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start()) {
      registry.add(Names.REPOSITORY, FailureStage.BLOB);
      try (Deployment penstock = stage.settings(registry.url()).start()) {
        FetchBlobRequest.Builder request = Names.blob(FailureStage.BLOB.digest()).toBuilder();
        return stage.fetch(penstock, wrongly.apply(request).build());
      }
    }
  }

  private static Status call(FailureStage stage, Consumer<Deployment> call) throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Deployment penstock = stage.settings(registry.url()).start()) {
      return statusOf(() -> call.accept(penstock));
    }
  }

  private static void stat(RegistryBlockingStub caller, String digest) {
    var unused = caller.statBlob(Names.stat(digest));
  }

  /** How a call ends that waits for its answer. */
  static Status statusOf(Runnable call) {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
    return failure == null ? Status.OK : failure.getStatus();
  }
}
