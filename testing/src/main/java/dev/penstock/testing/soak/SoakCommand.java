package dev.penstock.testing.soak;

import dev.penstock.server.cli.DurationConverter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code soak}: a {@link Soak} with its tables on standard output. */
@Command(
    name = "soak",
    description = "Runs all of Penstock in this process, under load and random faults.",
    mixinStandardHelpOptions = true)
public final class SoakCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "1h",
      description = "How long. Default: ${DEFAULT-VALUE}")
  private Duration duration;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      description = "Of everything that is random. Default: a new one, which it prints.")
  private @Nullable Long seed;

  @Option(
      names = "--transfers",
      paramLabel = "COUNT",
      defaultValue = "8",
      description = "Transfers at once. Default: ${DEFAULT-VALUE}")
  private int transfers;

  @Option(
      names = "--report-every",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "1m",
      description = "How often it says how it stands. Default: ${DEFAULT-VALUE}")
  private Duration reportEvery;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    long chosen = seed == null ? new Random().nextInt(Integer.MAX_VALUE) : seed;
    Soak soak =
        new Soak(
            new SoakOptions(duration, chosen, transfers, reportEvery),
            line -> {
              out.println(line);
              out.flush();
            });
    Path directory = Files.createTempDirectory("penstock-soak");
    try {
      return soak.run(directory) ? 0 : 1;
    } finally {
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
