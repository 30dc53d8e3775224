package dev.penstock.client.check;

import dev.penstock.client.names.Reference;
import dev.penstock.client.names.Repository;
import dev.penstock.client.registry.Manifest;
import dev.penstock.client.registry.RegistryException;
import dev.penstock.client.registry.RegistryReader;
import dev.penstock.client.registry.http.Explanation;
import dev.penstock.client.registry.http.HttpTransport;
import java.util.concurrent.CompletableFuture;

/** Reads one manifest as the client would, and so all that a registry asks for to let it. */
final class ManifestProbe {
  private final String subject;
  private final RegistryReader reader;

  ManifestProbe(RegistryReader reader) {
    this.subject = "registry '" + reader.endpoint().name() + "'";
    this.reader = reader;
  }

  /** Never fails. */
  CompletableFuture<Finding> run(Repository repository, Reference reference) {
    return reader
        .manifest(repository, reference)
        .thenApply(manifest -> Finding.ok(subject, read(repository, reference, manifest)))
        .exceptionally(failure -> failed(HttpTransport.unwrap(failure)));
  }

  private static String read(Repository repository, Reference reference, Manifest manifest) {
    return "read %s %s: %d bytes of %s"
        .formatted(repository, reference, manifest.content().remaining(), manifest.mediaType());
  }

  private Finding failed(Throwable cause) {
    String seen = Explanation.of(cause);
    if (!(cause instanceof RegistryException known)) {
      return Finding.unreachable(subject, seen, "see the client's log");
    }
    return switch (known.kind()) {
      case NOT_FOUND ->
          Finding.warning(subject, seen, "name one that is there: --repository NAME:TAG");
      case DENIED ->
          Finding.refused(
              subject, seen, "give these credentials the right to read it, or other credentials");
      case THROTTLED -> Finding.warning(subject, seen, "try again later");
      case UNREACHABLE, FAILING, TRUNCATED, CORRUPT ->
          Finding.unreachable(subject, seen, "see the registry's own log");
      case OUT_OF_RANGE, TOO_LARGE, UNSUPPORTED ->
          Finding.unreachable(subject, seen, "this registry is not as the specification has it");
    };
  }
}
