package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.peers.TestIdentity;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS on both listeners, with a certificate of its own authority. */
class TlsTest {
  private final Blob blob = Blob.generated(51, 30_000_000);
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // Set before each test.
  private TestIdentity certificate;

  @BeforeEach
  void makeCertificate() throws Exception {
    certificate = TestIdentity.create(directory);
  }

  @Test
  void blob_passesOverTlsOnBothListeners() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Deployment penstock =
            Deployment.builder(directory).registry(registry.url()).tls(certificate).start()) {
      registry.add(Names.REPOSITORY, blob);
      BlobReceiver receiver = BlobReceiver.reading();
      penstock.fetch(Names.blob(blob.digest()), receiver);
      Status status = receiver.await(Bounds.TRANSFER);
      assertThat(status.isOk()).as("%s", status).isTrue();
      assertThat(receiver.digest()).isEqualTo(blob.digest());
    }
  }
}
