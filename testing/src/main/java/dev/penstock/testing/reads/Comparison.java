package dev.penstock.testing.reads;

import dev.penstock.testing.bench.Spread;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;

/** Lets each way read the same blobs in turn, round after round; ratios are to the first way. */
final class Comparison {
  static final String HEADER =
      "| what | way | ms: median (min to max) | of curl | CPU ms: median (min to max) | of curl |\n"
          + "|---|---|---|---|---|---|";
  private static final double MILLIS = 1e3;

  private final List<ReadingWay> ways;
  private final int warmUps;
  private final int rounds;

  Comparison(List<ReadingWay> ways, int warmUps, int rounds) {
    this.ways = ways;
    this.warmUps = warmUps;
    this.rounds = rounds;
  }

  void run(String what, List<String> digests, PrintWriter out)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Cost[][] costs = new Cost[ways.size()][rounds];
    for (int round = -warmUps; round < rounds; round++) {
      for (int way = 0; way < costs.length; way++) {
        Cost cost = ways.get(way).read(digests);
        if (round >= 0) {
          costs[way][round] = cost;
        }
      }
    }
    for (int way = 0; way < costs.length; way++) {
      out.printf(
          "| %s | %s | %s | %s |%n",
          what,
          ways.get(way).name(),
          column(costs, way, Cost::seconds),
          column(costs, way, Cost::cpuSeconds));
    }
    out.flush();
  }

  private String column(Cost[][] costs, int way, ToDoubleFunction<Cost> figure) {
    double[] figures = new double[rounds];
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      figures[round] = figure.applyAsDouble(costs[way][round]) * MILLIS;
      ratios[round] = figures[round] / MILLIS / figure.applyAsDouble(costs[0][round]);
    }
    Spread spread = Spread.of(figures);
    return "%.0f (%.0f to %.0f) | %.2f"
        .formatted(spread.median(), spread.min(), spread.max(), Spread.of(ratios).median());
  }
}
