package dev.penstock.testing.bench;

import dev.penstock.registry.v1.FetchBlobRequest;
import dev.penstock.registry.v1.RegistryGrpc;
import dev.penstock.registry.v1.StatBlobRequest;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How long a small unary call takes on an idle way, and beside bulk streams. */
final class Latency {
  private static final int BULK_STREAMS = 4;
  private static final int WARM_UP_CALLS = 500;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final int calls;

  Latency(int calls) {
    this.calls = calls;
  }

  void run(List<Way> ways, PrintWriter out) {
    out.println("| way | idle p50 | p99 | max | beside 4 streams p50 | p99 | max |");
    out.println("|---|---|---|---|---|---|---|");
    for (Way way : ways) {
      measure(way, WARM_UP_CALLS);
      double[] idle = measure(way, calls);
      double[] busy = measureBesideStreams(way);
      out.printf(
          "| %s | %.2f ms | %.2f ms | %.2f ms | %.2f ms | %.2f ms | %.2f ms |%n",
          way.name(),
          percentile(idle, 0.5),
          percentile(idle, 0.99),
          percentile(idle, 1),
          percentile(busy, 0.5),
          percentile(busy, 0.99),
          percentile(busy, 1));
      out.flush();
    }
  }

  private double[] measureBesideStreams(Way way) {
    List<EndlessStream> streams = new ArrayList<>();
    for (int i = 0; i < BULK_STREAMS; i++) {
      streams.add(new EndlessStream(way));
    }
    try {
      measure(way, WARM_UP_CALLS);
      return measure(way, calls);
    } finally {
      streams.forEach(EndlessStream::stop);
    }
  }

  /** Milliseconds of each call, sorted. */
  private static double[] measure(Way way, int count) {
    RegistryGrpc.RegistryBlockingStub stub = RegistryGrpc.newBlockingStub(way.channel());
    StatBlobRequest request = statRequest(way.request());
    double[] millis = new double[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      stub.statBlob(request);
      millis[i] = (System.nanoTime() - start) / 1e6;
      LockSupport.parkNanos(PAUSE_NANOS); // calls come one by one, not as a flood of their own
    }
    Arrays.sort(millis);
    return millis;
  }

  private static StatBlobRequest statRequest(FetchBlobRequest bulk) {
    return StatBlobRequest.newBuilder()
        .setTunnel(bulk.getTunnel())
        .setRepository(bulk.getRepository())
        .setDigest(bulk.getDigest())
        .build();
  }

  private static double percentile(double[] sorted, double fraction) {
    int index = (int) Math.ceil(fraction * sorted.length) - 1;
    return sorted[Math.max(0, index)];
  }

  /** A bulk stream that begins again when it ends. */
  private static final class EndlessStream {
    private final Way way;
    private volatile boolean stopped;
    private volatile BulkStream current;

    EndlessStream(Way way) {
      this.way = way;
      this.current = next();
    }

    private BulkStream next() {
      BulkStream stream = BulkStream.start(way);
      stream.received().thenRun(this::again);
      return stream;
    }

    private void again() {
      if (!stopped) {
        current = next();
      }
    }

    void stop() {
      stopped = true;
      current.cancel();
    }
  }
}
