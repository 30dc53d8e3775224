package dev.penstock.testing.bench;

import dev.penstock.testing.peers.TestIdentity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: throughput, CPU and latency of every way, in one process and in turn. */
@Command(
    name = "bench",
    description =
        "Compares plain gRPC, the tunnel over ws and wss, and the whole product, in turn.",
    mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--mib",
      defaultValue = "1024",
      description = "Size of each stream, in MiB. Default: ${DEFAULT-VALUE}")
  private long mebibytes;

  @Option(
      names = "--message-kib",
      defaultValue = "128",
      description = "Size of a message in (a) to (c), in KiB. Default: ${DEFAULT-VALUE}")
  private int messageKibibytes;

  @Option(
      names = "--warm-up",
      defaultValue = "8",
      description = "Rounds that are not counted. Default: ${DEFAULT-VALUE}")
  private int warmUps;

  @Option(
      names = "--rounds",
      defaultValue = "7",
      description = "Rounds that are counted. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--ways",
      defaultValue = "abcd",
      description =
          "Which of (a) plain gRPC, (b) ws, (c) wss, (d) the whole product; ratios are to the first."
              + " Default: ${DEFAULT-VALUE}")
  private String letters;

  @Option(
      names = "--calls",
      defaultValue = "1000",
      description = "Small calls for each latency. Default: ${DEFAULT-VALUE}")
  private int calls;

  @Option(
      names = "--cuts",
      defaultValue = "0",
      description =
          "Measures instead how long a transfer stands still when its line is cut, so many times.")
  private int cuts;

  @Override
  public Integer call()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Path directory = Files.createTempDirectory("penstock-bench");
    List<Way> ways = new ArrayList<>();
    try {
      if (cuts > 0) {
        ProductWay way = new ProductWay(mebibytes << 20, directory, true);
        ways.add(way);
        new ResumeTimes(way, cuts).run(spec.commandLine().getOut());
      } else {
        open(ways, directory);
        run(ways);
      }
    } finally {
      ways.forEach(Way::close);
      delete(directory);
    }
    return 0;
  }

  private void open(List<Way> ways, Path directory) throws IOException, InterruptedException {
    long bytes = mebibytes << 20;
    int messageBytes = messageKibibytes << 10;
    for (int i = 0; i < letters.length(); i++) {
      ways.add(
          switch (letters.charAt(i)) {
            case 'a' -> new DirectWay(bytes, messageBytes);
            case 'b' -> new TunnelWay(bytes, messageBytes, null);
            case 'c' -> new TunnelWay(bytes, messageBytes, TestIdentity.create(directory));
            case 'd' -> new ProductWay(bytes, directory);
            default ->
                throw new ParameterException(
                    spec.commandLine(),
                    "--ways: '" + letters + "' has another letter than a, b, c, d");
          });
    }
  }

  private void run(List<Way> ways)
      throws InterruptedException, ExecutionException, TimeoutException {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%d processors, Java %s; %d MiB a stream, messages of %d KiB, %d rounds after %d%n%n",
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        mebibytes,
        messageKibibytes,
        rounds,
        warmUps);
    out.flush();
    Throughput throughput = new Throughput(ways, warmUps, rounds);
    throughput.run();
    throughput.print(out);
    out.println();
    new Latency(calls).run(ways, out);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
