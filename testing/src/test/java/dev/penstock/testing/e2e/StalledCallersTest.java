package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.service.TransferGauges;
import dev.penstock.client.service.TransferOptions;
import dev.penstock.server.relay.RelayGauges;
import dev.penstock.server.relay.RelayLimits;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers that stop reading, or leave, cost neither memory nor other callers anything. */
class StalledCallersTest {
  private static final int CALLERS = 8;
  private static final long STALLED_BLOB_BYTES = 64L << 20;
  private static final long RUNNING_BLOB_BYTES = 16L << 20;
  private static final long STALL_AT_BYTES = 1 << 20;
  private static final int MOST_ROUNDS = 10;

  /** Far more than what a busy machine does to equal work, far less than what starving would do. */
  private static final int MOST_TIMES_SLOWER = 5;

  private static final Duration NOISE = Duration.ofSeconds(2);

  /** A message that is under way when a bound is reached still comes. */
  private static final long ONE_MESSAGE = TransferOptions.DEFAULTS.messageBytes();

  private static final long ALL_CALLERS = 2 * CALLERS;
  private static final long UNSENT_BOUND = RelayLimits.CALLER_READY_BYTES + ONE_MESSAGE;
  private static final long BACKLOG_BOUND = RelayLimits.DIGEST_BACKLOG_BYTES + ONE_MESSAGE;

  private EmbeddedRegistry registry;
  private Deployment penstock;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    registry = EmbeddedRegistry.start();
    penstock = Deployment.builder(directory).registry(registry.url()).start();
  }

  @AfterEach
  void stop() {
    penstock.close();
    registry.close();
  }

  @Test
  void stalledCallers_stopTheirReadsAndNobodyElses() throws Exception {
    List<Blob> stalledBlobs = blobs(1_000, STALLED_BLOB_BYTES);
    List<Blob> runningBlobs = blobs(2_000, RUNNING_BLOB_BYTES);
    List<BlobReceiver> stalled = new ArrayList<>();
    for (Blob blob : stalledBlobs) {
      stalled.add(fetch(blob, BlobReceiver.stallingAt(STALL_AT_BYTES)));
    }
    for (BlobReceiver receiver : stalled) {
      receiver.awaitStall(Bounds.EVENT);
    }

    Duration beside = expectReadsToStop(stalledBlobs, runningBlobs);
    expectGaugesWithinBounds();

    stalled.forEach(BlobReceiver::resume);
    for (int i = 0; i < CALLERS; i++) {
      expectWhole(stalled.get(i), stalledBlobs.get(i));
    }
    expectNothingHeld();
    Duration alone = expectAllWhole(runningBlobs);
    assertThat(beside).isLessThan(alone.multipliedBy(MOST_TIMES_SLOWER).plus(NOISE));
  }

  /**
   * The others' transfers are the clock: no byte more is read for the stalled while they run.
   * Returns how long the others took in the fastest round.
   */
  private Duration expectReadsToStop(List<Blob> stalled, List<Blob> running) throws Exception {
    Duration fastest = Bounds.TRANSFER;
    long before = -1;
    long written = bytesWritten(stalled);
    for (int round = 0; round < MOST_ROUNDS && written != before; round++) {
      before = written;
      Duration took = expectAllWhole(running);
      fastest = took.compareTo(fastest) < 0 ? took : fastest;
      written = bytesWritten(stalled);
    }
    assertThat(written).as("reads for stalled callers go on").isEqualTo(before);
    for (Blob blob : stalled) {
      assertThat(registry.traffic(blob.digest()).bytesWritten()).isLessThan(STALLED_BLOB_BYTES / 2);
      assertThat(registry.traffic(blob.digest()).transfersOpen()).isEqualTo(1);
    }
    return fastest;
  }

  private Duration expectAllWhole(List<Blob> blobs) throws InterruptedException {
    long start = System.nanoTime();
    List<BlobReceiver> receivers = new ArrayList<>();
    for (Blob blob : blobs) {
      receivers.add(fetch(blob, BlobReceiver.reading()));
    }
    for (int i = 0; i < blobs.size(); i++) {
      expectWhole(receivers.get(i), blobs.get(i));
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void callerThatCancels_endsTheRegistrysTransfer() throws Exception {
    Blob blob = blobs(3_000, STALLED_BLOB_BYTES).get(0);
    BlobReceiver receiver = fetch(blob, BlobReceiver.stallingAt(STALL_AT_BYTES));
    receiver.awaitStall(Bounds.EVENT);
    assertThat(registry.traffic(blob.digest()).transfersOpen()).isEqualTo(1);

    receiver.cancel();

    assertThat(receiver.await(Bounds.EVENT).getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(registry.traffic(blob.digest()).awaitTransfersOpen(0, Bounds.EVENT)).isTrue();
    assertThat(registry.traffic(blob.digest()).bytesWritten()).isLessThan(STALLED_BLOB_BYTES);
  }

  private void expectGaugesWithinBounds() {
    TransferGauges reads = penstock.client().gauges();
    assertThat(Eventually.reads(reads::activeTransfers, CALLERS)).isTrue();
    assertThat(reads.transferHighWaterBytes())
        .isLessThanOrEqualTo(TransferOptions.DEFAULTS.readAheadBytes());
    RelayGauges relayed = penstock.server().gauges();
    assertThat(Eventually.reads(relayed.activeCalls()::now, CALLERS)).isTrue();
    assertThat(relayed.unsentBytes().highest()).isLessThanOrEqualTo(ALL_CALLERS * UNSENT_BOUND);
    assertThat(relayed.digestBacklogBytes().highest())
        .isLessThanOrEqualTo(ALL_CALLERS * BACKLOG_BOUND);
  }

  private void expectNothingHeld() {
    TransferGauges reads = penstock.client().gauges();
    assertThat(Eventually.reads(reads::activeTransfers, 0)).isTrue();
    assertThat(Eventually.reads(reads::readAheadBytes, 0)).isTrue();
    RelayGauges relayed = penstock.server().gauges();
    assertThat(Eventually.reads(relayed.activeCalls()::now, 0)).isTrue();
    assertThat(Eventually.reads(relayed.digestBacklogBytes()::now, 0)).isTrue();
    assertThat(Eventually.reads(relayed.unsentBytes()::now, 0)).isTrue();
  }

  private List<Blob> blobs(long firstSeed, long size) {
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      Blob blob = Blob.generated(firstSeed + i, size);
      registry.add(Names.REPOSITORY, blob);
      blobs.add(blob);
    }
    return blobs;
  }

  private BlobReceiver fetch(Blob blob, BlobReceiver receiver) {
    penstock.fetch(Names.blob(blob.digest()), receiver);
    return receiver;
  }

  private long bytesWritten(List<Blob> blobs) {
    return blobs.stream().mapToLong(blob -> registry.traffic(blob.digest()).bytesWritten()).sum();
  }

  private static void expectWhole(BlobReceiver receiver, Blob blob) throws InterruptedException {
    Status status = receiver.await(Bounds.TRANSFER);
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.OK);
    assertThat(receiver.digest()).isEqualTo(blob.digest());
  }
}
