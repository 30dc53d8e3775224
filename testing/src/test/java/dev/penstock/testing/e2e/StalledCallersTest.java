package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.client.service.TransferGauges;
import dev.penstock.client.service.TransferOptions;
import dev.penstock.server.TunnelTotals;
import dev.penstock.server.relay.RelayGauges;
import dev.penstock.server.relay.RelayLimits;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.EmbeddedRegistry;
import dev.penstock.testing.registry.Traffic;
import dev.penstock.tunnel.TunnelStats;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Callers that stop reading, or leave, hold no more than their pipe does, and end nothing. */
class StalledCallersTest {
  private static final int CALLERS = 8;
  private static final long STALLED_BLOB_BYTES = 64L << 20;
  private static final long RUNNING_BLOB_BYTES = 16L << 20;
  private static final long STALL_AT_BYTES = 1 << 20;
  private static final int MOST_ROUNDS = 10;

  /** A message that is under way when a bound is reached still comes. */
  private static final long ONE_MESSAGE = TransferOptions.DEFAULTS.messageBytes();

  private static final long ALL_CALLERS = 2 * CALLERS;
  private static final long UNSENT_BOUND = RelayLimits.CALLER_READY_BYTES + ONE_MESSAGE;
  private static final long BACKLOG_BOUND = RelayLimits.DIGEST_BACKLOG_BYTES + ONE_MESSAGE;

  private EmbeddedRegistry registry;
  private Deployment penstock;
  private Callers callers;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    registry = EmbeddedRegistry.start();
    penstock = Deployment.builder(directory).registry(registry.url()).start();
    callers = new Callers(registry, penstock);
  }

  @AfterEach
  void stop() {
    penstock.close();
    registry.close();
  }

  @Test
  void stalledCallers_stopTheirReadsAndNobodyElses() throws Exception {
    List<Blob> stalledBlobs = callers.publish(CALLERS, 1_000, STALLED_BLOB_BYTES);
    List<Blob> runningBlobs = callers.publish(CALLERS, 2_000, RUNNING_BLOB_BYTES);
    List<BlobReceiver> stalled = callers.stall(stalledBlobs, STALL_AT_BYTES);

    long passedOn = expectReadsToStop(stalledBlobs, runningBlobs);
    expectPipesWithinBounds(stalledBlobs, stalled, passedOn);
    expectGaugesWithinBounds();

    stalled.forEach(BlobReceiver::resume);
    for (int i = 0; i < CALLERS; i++) {
      Callers.expectWhole(stalled.get(i), stalledBlobs.get(i));
    }
    expectNothingHeld();
  }

  /**
   * The others' transfers are the clock: no byte more is read for the stalled while they run.
   * Returns how many bytes the others got.
   */
  private long expectReadsToStop(List<Blob> stalled, List<Blob> running) throws Exception {
    long before = -1;
    long written = bytesWritten(stalled);
    int rounds = 0;
    for (; rounds < MOST_ROUNDS && written != before; rounds++) {
      before = written;
      var unused = callers.expectAllWhole(running);
      written = bytesWritten(stalled);
    }
    assertThat(written).as("reads for stalled callers go on").isEqualTo(before);
    return RUNNING_BLOB_BYTES * CALLERS * rounds;
  }

  private void expectPipesWithinBounds(List<Blob> blobs, List<BlobReceiver> stalled, long passedOn)
      throws IOException {
    long mostPerCall = PipeBounds.perCall();
    for (int i = 0; i < CALLERS; i++) {
      Traffic traffic = registry.traffic(blobs.get(i).digest());
      assertThat(traffic.transfersOpen()).isEqualTo(1);
      assertThat(traffic.bytesWritten()).isLessThan(STALLED_BLOB_BYTES / 2);
      assertThat(traffic.bytesWritten() - stalled.get(i).bytes()).isBetween(1L, mostPerCall);
    }
    long taken = stalled.stream().mapToLong(BlobReceiver::bytes).sum();
    long held = penstock.client().gauges().readBytes() - passedOn - taken;
    assertThat(held).isBetween(1L, CALLERS * PipeBounds.pastTheHttpClient());
  }

  @Test
  void callerThatCancels_endsTheRegistrysTransfer() throws Exception {
    Blob blob = callers.publish(1, 3_000, STALLED_BLOB_BYTES).get(0);
    BlobReceiver receiver = callers.stall(List.of(blob), STALL_AT_BYTES).get(0);
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
    for (TunnelStats tunnel : penstock.client().tunnelStats()) {
      assertThat(tunnel.unacknowledgedBytes()).isLessThanOrEqualTo(tunnel.replayWindowBytes());
      assertThat(tunnel.replayBytes()).isLessThanOrEqualTo(tunnel.replayWindowBytes());
    }
    TunnelTotals tunnels = penstock.server().tunnels();
    assertThat(tunnels.attached()).isPositive();
    assertThat(tunnels.replayBytes()).isLessThanOrEqualTo(tunnels.replayWindowBytes());
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

  private long bytesWritten(List<Blob> blobs) {
    return blobs.stream().mapToLong(blob -> registry.traffic(blob.digest()).bytesWritten()).sum();
  }
}
