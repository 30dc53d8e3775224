package dev.penstock.testing.soak;

import dev.penstock.testing.proxy.Direction;
import dev.penstock.testing.proxy.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Breaks one thing after another, as a seed says: a line to a client, the line to the registry, or
 * a client. One at a time, so that something is always left to serve. On a thread of its own.
 */
final class Breaker {
  private static final int MIB = 1 << 20;

  private final Plant plant;
  private final Random random;
  private final SoakCounts counts;

  Breaker(Plant plant, long seed, SoakCounts counts) {
    this.plant = plant;
    this.random = new Random(seed);
    this.counts = counts;
  }

  /** Goes on until it is told to stop; then everything is whole again. */
  void run(CountDownLatch stop) throws IOException, InterruptedException {
    while (!stop.await(200 + random.nextInt(800), TimeUnit.MILLISECONDS)) {
      counts.faults.incrementAndGet();
      int client = random.nextInt(Plant.CLIENTS);
      switch (random.nextInt(10)) {
        case 0 -> plant.restartClient(client);
        case 1, 2 -> breakForAWhile(plant.registryLine(), stop, false);
        default -> breakForAWhile(plant.line(client), stop, true);
      }
    }
  }

  private void breakForAWhile(FaultProxy line, CountDownLatch stop, boolean isTunnel)
      throws InterruptedException {
    Direction direction = random.nextBoolean() ? Direction.UP : Direction.DOWN;
    switch (random.nextInt(isTunnel ? 10 : 5)) {
      case 0, 1 -> line.cut();
      case 2 -> line.cutAfter(1 + random.nextInt(8 * MIB));
      case 3 -> line.delay(direction, Duration.ofMillis(1 + random.nextInt(50)));
      case 4 -> line.limit(direction, (1 + random.nextInt(20)) * MIB);
      case 5 -> line.stall(direction);
      case 6 -> line.blackHole();
      case 7 -> line.truncateAfter(direction, random.nextInt(MIB));
      case 8 -> line.cutEvery(Duration.ofMillis(50 + random.nextInt(200)));
      default -> {
        line.refuse();
        line.cut();
      }
    }
    stop.await(200 + random.nextInt(2_000), TimeUnit.MILLISECONDS);
    line.heal();
  }
}
