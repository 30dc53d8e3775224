package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ends that come while work is under way, and what is left afterwards. */
class ShutdownTest {
  private static final long STALL_AT_BYTES = 1 << 20;

  private final Blob blob = Blob.generated(71, 64L << 20);
  private EmbeddedRegistry registry;
  private Deployment penstock;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    registry = EmbeddedRegistry.start();
    registry.add(Names.REPOSITORY, blob);
    penstock =
        Deployment.builder(directory)
            .registry(registry.url())
            .tuneServer(config -> config.shutdownGrace(Duration.ofSeconds(1)))
            .tuneClient(config -> config.shutdownGrace(Duration.ofSeconds(1)))
            .start();
  }

  @AfterEach
  void stop() {
    penstock.close();
    registry.close();
  }

  @Test
  void transfer_whoseClientStopsIsUnavailable() throws Exception {
    BlobReceiver receiver = stalledTransfer();
    penstock.client().close();
    receiver.resume();
    Status status = receiver.await(Bounds.TRANSFER);
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("tunnel '" + Names.TUNNEL + "'");
    assertThat(receiver.bytes()).isLessThan(blob.size());
    expectRegistryLeftAlone();
  }

  @Test
  void transfer_whoseServerStopsEndsAtTheRegistryToo() throws Exception {
    BlobReceiver receiver = stalledTransfer();
    penstock.server().close();
    receiver.resume();
    assertThat(receiver.await(Bounds.TRANSFER).isOk()).isFalse();
    expectRegistryLeftAlone();
  }

  @Test
  void close_leavesNoThreadBehind() throws Exception {
    BlobReceiver receiver = BlobReceiver.reading();
    penstock.fetch(Names.blob(blob.digest()), receiver);
    assertThat(receiver.await(Bounds.TRANSFER).isOk()).isTrue();
    assertThat(ownThreads()).isNotEmpty();
    penstock.close();
    for (Thread thread : ownThreads()) {
      thread.join(Bounds.EVENT.toMillis());
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
  }

  private BlobReceiver stalledTransfer() throws Exception {
    BlobReceiver receiver = BlobReceiver.stallingAt(STALL_AT_BYTES);
    penstock.fetch(Names.blob(blob.digest()), receiver);
    receiver.awaitStall(Bounds.EVENT);
    return receiver;
  }

  private void expectRegistryLeftAlone() throws InterruptedException {
    assertThat(registry.traffic(blob.digest()).awaitTransfersOpen(0, Bounds.EVENT)).isTrue();
  }

  private static List<Thread> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("penstock-"))
        .toList();
  }
}
