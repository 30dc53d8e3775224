package dev.penstock.testing.soak;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.FetchBlobResponse;
import dev.penstock.registry.v1.RegistryGrpc.RegistryBlockingStub;
import dev.penstock.registry.v1.StatBlobRequest;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.image.Sha256;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What callers do: fetch blobs and compare their digests; ask small things. */
final class Load {
  private static final long SMALL_CALL_PAUSE_MILLIS = 10;

  private final Plant plant;
  private final List<Blob> blobs;
  private final SoakCounts counts;

  Load(Plant plant, List<Blob> blobs, SoakCounts counts) {
    this.plant = plant;
    this.blobs = blobs;
    this.counts = counts;
  }

  /** One blob after another, until it is told to stop and the last one is there. */
  void transfer(long seed, CountDownLatch stop) {
    Random random = new Random(seed);
    RegistryBlockingStub caller = plant.caller();
    while (stop.getCount() > 0) {
      fetch(caller, blobs.get(random.nextInt(blobs.size())));
    }
  }

  private void fetch(RegistryBlockingStub caller, Blob blob) {
    Sha256 sha = new Sha256();
    try {
      Iterator<FetchBlobResponse> parts = caller.fetchBlob(request(blob));
      while (parts.hasNext()) {
        sha.update(parts.next().getData().asReadOnlyByteBuffer());
      }
      counts.transfers.incrementAndGet();
      counts.bytes.addAndGet(sha.bytes());
      String digest = sha.digest();
      if (!digest.equals(blob.digest())) {
        counts.failed("blob " + blob.digest() + " came as " + digest + " with OK");
      }
    } catch (StatusRuntimeException e) {
      counts.failed("transfer: " + e.getStatus());
    }
  }

  private static FetchBlobRequest request(Blob blob) {
    return FetchBlobRequest.newBuilder()
        .setTunnel(Plant.TUNNEL)
        .setRepository(Plant.REPOSITORY)
        .setDigest(blob.digest())
        .build();
  }

  /** A small call every few milliseconds, until it is told to stop. */
  void smallCalls(CountDownLatch stop) throws InterruptedException {
    RegistryBlockingStub caller = plant.caller();
    StatBlobRequest request =
        StatBlobRequest.newBuilder()
            .setTunnel(Plant.TUNNEL)
            .setRepository(Plant.REPOSITORY)
            .setDigest(blobs.get(0).digest())
            .build();
    while (!stop.await(SMALL_CALL_PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
      long start = System.nanoTime();
      try {
        caller.statBlob(request);
        counts.smallCalls.incrementAndGet();
      } catch (StatusRuntimeException e) {
        counts.failed("small call: " + e.getStatus());
      }
      counts.longestSmallCallNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
    }
  }
}
