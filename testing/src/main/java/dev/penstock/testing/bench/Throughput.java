package dev.penstock.testing.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Streams over each way in turn, round after round; prints rate, CPU and the ratios to the first.
 */
final class Throughput {
  private static final double MIB = 1 << 20;
  private static final double GIB = 1 << 30;
  private static final double NANOS = 1e9;
  private static final int STREAM_SECONDS = 600;

  private final List<Way> ways;
  private final int warmUps;
  private final int rounds;
  private final double[][] mibPerSecond;
  private final double[][] cpuSecondsPerGib;

  Throughput(List<Way> ways, int warmUps, int rounds) {
    this.ways = ways;
    this.warmUps = warmUps;
    this.rounds = rounds;
    this.mibPerSecond = new double[ways.size()][rounds];
    this.cpuSecondsPerGib = new double[ways.size()][rounds];
  }

  void run() throws InterruptedException, ExecutionException, TimeoutException {
    for (int round = -warmUps; round < rounds; round++) {
      for (int way = 0; way < ways.size(); way++) {
        measure(way, round);
      }
    }
  }

  private void measure(int way, int round)
      throws InterruptedException, ExecutionException, TimeoutException {
    long cpu = cpuNanos();
    long start = System.nanoTime();
    long bytes = BulkStream.start(ways.get(way)).received().get(STREAM_SECONDS, TimeUnit.SECONDS);
    double seconds = (System.nanoTime() - start) / NANOS;
    double cpuSeconds = (cpuNanos() - cpu) / NANOS;
    if (round >= 0) {
      mibPerSecond[way][round] = bytes / MIB / seconds;
      cpuSecondsPerGib[way][round] = cpuSeconds / (bytes / GIB);
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  void print(PrintWriter out) {
    out.println(
        "| way | MiB/s: median (min to max) | of the first |"
            + " CPU s/GiB: median (min to max) | of the first |");
    out.println("|---|---|---|---|---|");
    for (int way = 0; way < ways.size(); way++) {
      Spread rate = Spread.of(mibPerSecond[way]);
      Spread cpu = Spread.of(cpuSecondsPerGib[way]);
      out.printf(
          "| %s | %.0f (%.0f to %.0f) | %.2f | %.2f (%.2f to %.2f) | %.2f |%n",
          ways.get(way).name(),
          rate.median(),
          rate.min(),
          rate.max(),
          medianRatio(mibPerSecond, way),
          cpu.median(),
          cpu.min(),
          cpu.max(),
          medianRatio(cpuSecondsPerGib, way));
    }
    out.flush();
  }

  /** The median of the ratios of each round, so that a machine's mood cancels out. */
  private double medianRatio(double[][] figures, int way) {
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      ratios[round] = figures[way][round] / figures[0][round];
    }
    return Spread.of(ratios).median();
  }
}
