package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.testing.registry.Fault;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executables, run as the documentation says. */
class CommandLineTest {
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_CORRUPT = 3;
  private static final long LARGE_BLOB_BYTES = 10L << 30;
  private static final List<String> SMALL_HEAP = List.of("-Xmx128m");

  private EmbeddedRegistry registry;
  @TempDir Path directory;

  @BeforeEach
  void startRegistry() {
    registry = EmbeddedRegistry.start();
  }

  @AfterEach
  void stopRegistry() {
    registry.close();
  }

  @Test
  void blob_passesThroughTheProcesses() throws Exception {
    Blob blob = published(Blob.generated(61, 50_000_000));
    try (PenstockProcesses penstock = PenstockProcesses.startServer(directory, List.of())) {
      penstock.startClient(registry.url());
      expectWhole(penstock, blob);
    }
  }

  @Test
  void tenGibibyteBlob_passesWithSmallHeaps() throws Exception {
    Blob blob = published(Blob.generated(62, LARGE_BLOB_BYTES));
    try (PenstockProcesses penstock = PenstockProcesses.startServer(directory, SMALL_HEAP)) {
      penstock.startClient(registry.url());
      expectWhole(penstock, blob);
      assertThat(penstock.allAlive()).isTrue();
    }
  }

  @Test
  void fetch_ofAnAlteredBlobExitsWithTheCodeForIt() throws Exception {
    Blob blob = published(Blob.generated(63, 5_000_000));
    registry.breakBlob(blob.digest(), new Fault.Corrupt(4_000_000));
    try (PenstockProcesses penstock = PenstockProcesses.startServer(directory, List.of())) {
      penstock.startClient(registry.url());
      ShortCommand fetched = penstock.fetch(reference(blob), Bounds.TRANSFER);
      assertThat(fetched.exitCode()).as(fetched.error()).isEqualTo(EXIT_CORRUPT);
      assertThat(fetched.error()).contains(blob.digest());
    }
  }

  @Test
  void clientWithAWrongToken_saysSoAndWhatToDo() throws Exception {
    Blob blob = published(Blob.generated(64, 1_000));
    try (PenstockProcesses penstock = PenstockProcesses.startServer(directory, List.of())) {
      String said = penstock.startClientWithWrongToken(registry.url());
      assertThat(said).contains("wrong.token", Names.TUNNEL, "token create").doesNotContain("pst_");
      assertThat(penstock.allAlive()).isTrue();
      ShortCommand fetched = penstock.fetch(reference(blob), Bounds.TRANSFER);
      assertThat(fetched.exitCode()).as(fetched.error()).isEqualTo(EXIT_FAILED);
      assertThat(fetched.error()).contains("no client attached under tunnel 'acme'");
    }
  }

  private Blob published(Blob blob) {
    registry.add(Names.REPOSITORY, blob);
    return blob;
  }

  private static String reference(Blob blob) {
    return Names.REPOSITORY + "@" + blob.digest();
  }

  private static void expectWhole(PenstockProcesses penstock, Blob blob) throws Exception {
    ShortCommand fetched = penstock.fetch(reference(blob), Bounds.LARGE_TRANSFER);
    assertThat(fetched.exitCode()).as(fetched.error()).isZero();
    assertThat(fetched.outputBytes()).isEqualTo(blob.size());
    assertThat(fetched.outputDigest()).isEqualTo(blob.digest());
  }
}
