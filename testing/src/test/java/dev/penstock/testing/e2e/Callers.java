package dev.penstock.testing.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.testing.image.Blob;
import dev.penstock.testing.registry.EmbeddedRegistry;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Several callers at once, each with a blob of its own. */
final class Callers {
  private final EmbeddedRegistry registry;
  private final Deployment penstock;

  Callers(EmbeddedRegistry registry, Deployment penstock) {
    this.registry = registry;
    this.penstock = penstock;
  }

  /** New blobs in the registry, made of seeds from the given one on. */
  List<Blob> publish(int count, long firstSeed, long size) {
    List<Blob> blobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Blob blob = Blob.generated(firstSeed + i, size);
      registry.add(Names.REPOSITORY, blob);
      blobs.add(blob);
    }
    return blobs;
  }

  BlobReceiver fetch(Blob blob, BlobReceiver receiver) {
    penstock.fetch(Names.blob(blob.digest()), receiver);
    return receiver;
  }

  /** One caller for each blob, all of which have stopped reading after so many bytes. */
  List<BlobReceiver> stall(List<Blob> blobs, long atBytes) throws Exception {
    List<BlobReceiver> stalled = new ArrayList<>();
    for (Blob blob : blobs) {
      stalled.add(fetch(blob, BlobReceiver.stallingAt(atBytes)));
    }
    for (BlobReceiver receiver : stalled) {
      receiver.awaitStall(Bounds.EVENT);
    }
    return stalled;
  }

  /** Makes them leave, and waits until the registry is rid of them. */
  void leave(List<BlobReceiver> callers, List<Blob> blobs) throws InterruptedException {
    callers.forEach(BlobReceiver::cancel);
    for (Blob blob : blobs) {
      assertThat(registry.traffic(blob.digest()).awaitTransfersOpen(0, Bounds.EVENT)).isTrue();
    }
  }

  /** Fetches all at once, and returns how long that took. */
  Duration expectAllWhole(List<Blob> blobs) throws InterruptedException {
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

  static void expectWhole(BlobReceiver receiver, Blob blob) throws InterruptedException {
    Status status = receiver.await(Bounds.TRANSFER);
    assertThat(status.getCode()).as("%s", status).isEqualTo(Status.Code.OK);
    assertThat(receiver.digest()).isEqualTo(blob.digest());
  }
}
