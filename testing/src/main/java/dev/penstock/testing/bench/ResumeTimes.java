package dev.penstock.testing.bench;

import dev.penstock.registry.stream.BlobMessage;
import dev.penstock.registry.stream.BlobStream;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a transfer stands still when its line is cut: from the cut to the first message at the
 * caller after the tunnel has gone on, on a line between client and server that is reset again and
 * again.
 */
final class ResumeTimes {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration BETWEEN_CUTS = Duration.ofMillis(300);
  private static final long LOOK_EVERY_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final ProductWay way;
  private final int cuts;

  ResumeTimes(ProductWay way, int cuts) {
    this.way = way;
    this.cuts = cuts;
  }

  void run(PrintWriter out) throws TimeoutException {
    double[] millis = new double[cuts];
    for (int i = 0; i < cuts; i++) {
      Flowing stream = new Flowing(way);
      try {
        LockSupport.parkNanos(BETWEEN_CUTS.toNanos());
        millis[i] = measure(stream) / 1e6;
      } finally {
        stream.cancel();
      }
    }
    Arrays.sort(millis);
    out.printf(
        "%d cuts, from the cut to the next byte: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
        cuts, millis[cuts / 2], millis[Math.min(cuts - 1, cuts * 99 / 100)], millis[cuts - 1]);
    out.flush();
  }

  private long measure(Flowing stream) throws TimeoutException {
    await(stream, 1);
    long resumes = way.resumes();
    long cutAt = System.nanoTime();
    way.cut();
    while (way.resumes() == resumes) {
      pause(cutAt);
    }
    await(stream, stream.messages + 1);
    return System.nanoTime() - cutAt;
  }

  private static void await(Flowing stream, long messages) throws TimeoutException {
    long start = System.nanoTime();
    while (stream.messages < messages) {
      pause(start);
    }
  }

  private static void pause(long since) throws TimeoutException {
    if (System.nanoTime() - since > BOUND.toNanos()) {
      throw new TimeoutException("nothing moved for " + BOUND);
    }
    LockSupport.parkNanos(LOOK_EVERY_NANOS);
  }

  /** A blob that is read, again when it ends; counts its messages. */
  private static final class Flowing extends ClientCall.Listener<BlobMessage> {
    private final ProductWay way;

    // Written by gRPC's thread, read by the one that measures.
    private volatile ClientCall<?, BlobMessage> call;
    private volatile long messages;
    private volatile boolean isCancelled;

    Flowing(ProductWay way) {
      this.way = way;
      this.call = start();
    }

    private ClientCall<?, BlobMessage> start() {
      var next = way.channel().newCall(BlobStream.method(), CallOptions.DEFAULT);
      next.start(this, new Metadata());
      next.sendMessage(way.request());
      next.halfClose();
      next.request(1);
      return next;
    }

    void cancel() {
      isCancelled = true;
      call.cancel("measured", null);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // only gRPC's thread writes
    public void onMessage(BlobMessage message) {
      message.close();
      messages++;
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.isOk() && !isCancelled) {
        call = start();
      }
    }
  }
}
