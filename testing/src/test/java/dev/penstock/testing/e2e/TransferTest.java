package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.registry.v1.BlobHeader;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.Access;
import dev.penstock.testing.registry.Credentials;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs of all shapes, from registries of all manners. */
class TransferTest {
  private static final Credentials READER = new Credentials("reader", "a secret");
  private static final long BLOB_BYTES = 20_000_003;

  private final Blob blob = Blob.generated(21, BLOB_BYTES);
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 16_384, 131_071, 131_072, 131_073, 1_048_577})
  void blob_ofAnySizeArrivesWhole(long size) throws Exception {
    Blob odd = Blob.generated(22, size);
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Deployment penstock = deploy(registry)) {
      registry.add(Names.REPOSITORY, odd);
      expectWhole(penstock, odd);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 0",
    "4194300, 9",
    "10000000, 5000000",
    "20000002, 1",
    "20000002, 99",
    "20000003, 0"
  })
  void range_isCutFromTheBlob(long offset, long length) throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Deployment penstock = deploy(registry)) {
      registry.add(Names.REPOSITORY, blob);
      BlobReceiver receiver = BlobReceiver.reading();
      penstock.fetch(Names.blobRange(blob.digest(), offset, length), receiver);
      expectOk(receiver);
      long expected = Math.min(length == 0 ? BLOB_BYTES : length, BLOB_BYTES - offset);
      BlobHeader header = receiver.header(Bounds.EVENT);
      assertThat(header.getSize()).isEqualTo(BLOB_BYTES);
      assertThat(header.getOffset()).isEqualTo(offset);
      assertThat(header.getLength()).isEqualTo(expected);
      assertThat(receiver.bytes()).isEqualTo(expected);
      assertThat(receiver.digest()).isEqualTo(Part.of(blob, offset, expected).digest());
    }
  }

  @Test
  void registry_withBasicAccessIsRead() throws Exception {
    expectReadable(EmbeddedRegistry.builder().access(new Access.Basic(READER)));
  }

  @Test
  void registry_withAnonymousTokensIsRead() throws Exception {
    expectReadable(EmbeddedRegistry.builder().access(new Access.AnonymousBearer()));
  }

  @Test
  void registry_withTokensAndRedirectsIsRead() throws Exception {
    expectReadable(EmbeddedRegistry.builder().access(new Access.Bearer(READER)).redirectBlobs());
  }

  @Test
  void expiredToken_isRenewed() throws Exception {
    try (EmbeddedRegistry registry =
            EmbeddedRegistry.builder().access(new Access.Bearer(READER)).start();
        Deployment penstock = deploy(registry)) {
      registry.add(Names.REPOSITORY, blob);
      expectWhole(penstock, blob);
      registry.expireTokens();
      expectWhole(penstock, blob);
    }
  }

  @Test
  void transfers_runSideBySide() throws Exception {
    try (EmbeddedRegistry registry = EmbeddedRegistry.start();
        Deployment penstock = deploy(registry)) {
      List<Blob> blobs = new ArrayList<>();
      List<BlobReceiver> receivers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        blobs.add(Blob.generated(100 + i, 3_000_000 + i));
        registry.add(Names.REPOSITORY, blobs.get(i));
      }
      for (Blob each : blobs) {
        BlobReceiver receiver = BlobReceiver.reading();
        receivers.add(receiver);
        penstock.fetch(Names.blob(each.digest()), receiver);
      }
      for (int i = 0; i < blobs.size(); i++) {
        expectOk(receivers.get(i));
        assertThat(receivers.get(i).digest()).isEqualTo(blobs.get(i).digest());
      }
    }
  }

  private void expectReadable(EmbeddedRegistry.Builder settings) throws Exception {
    try (EmbeddedRegistry registry = settings.start();
        Deployment penstock = deploy(registry)) {
      registry.add(Names.REPOSITORY, blob);
      expectWhole(penstock, blob);
    }
  }

  private Deployment deploy(EmbeddedRegistry registry) throws Exception {
    return Deployment.builder(directory)
        .registry(registry.url())
        .registryCredentials(READER.username(), READER.password())
        .start();
  }

  private static void expectWhole(Deployment penstock, Blob expected) throws Exception {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(Names.blob(expected.digest()), receiver);
    expectOk(receiver);
    assertThat(receiver.bytes()).isEqualTo(expected.size());
    assertThat(receiver.digest()).isEqualTo(expected.digest());
  }

  private static void expectOk(BlobReceiver receiver) throws InterruptedException {
    Status status = receiver.await(Bounds.TRANSFER);
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.OK);
  }
}
