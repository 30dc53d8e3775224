package dev.penstock.testing.reads;

import dev.penstock.client.names.Repository;
import dev.penstock.testing.image.Blob;
import dev.penstock.testing.peers.DockerRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
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
import picocli.CommandLine.Spec;

/** {@code bench-registry}: the client's reader beside curl, at Debian's docker-registry. */
@Command(
    name = "bench-registry",
    description = "Compares what reading a registry costs the client with what it costs curl.",
    mixinStandardHelpOptions = true)
public final class BenchRegistryCommand implements Callable<Integer> {
  private static final Repository REPOSITORY = new Repository("team/app");
  private static final int SMALL_BLOBS = 64;

  @Spec private CommandSpec spec;

  @Option(
      names = "--mib",
      defaultValue = "1024",
      description = "Size of the large blob, in MiB. Default: ${DEFAULT-VALUE}")
  private long mebibytes;

  @Option(
      names = "--warm-up",
      defaultValue = "5",
      description = "Rounds that are not counted. Default: ${DEFAULT-VALUE}")
  private int warmUps;

  @Option(
      names = "--rounds",
      defaultValue = "11",
      description = "Rounds that are counted. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Override
  public Integer call()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    Path directory = Files.createTempDirectory("penstock-bench");
    try (DockerRegistry registry = DockerRegistry.start(directory);
        ReaderWay fresh = new ReaderWay(registry.url(), REPOSITORY, false);
        ReaderWay kept = new ReaderWay(registry.url(), REPOSITORY, true)) {
      URI repository = registry.url().resolve("/v2/" + REPOSITORY);
      Upload upload = new Upload(repository);
      Comparison comparison =
          new Comparison(
              List.of(new CurlWay(repository, directory), fresh, kept, new JdkWay(repository)),
              warmUps,
              rounds);
      PrintWriter out = spec.commandLine().getOut();
      out.println(Comparison.HEADER);
      comparison.run(
          "1 blob of %d MiB".formatted(mebibytes),
          List.of(upload.put(Blob.generated(0, mebibytes << 20))),
          out);
      comparison.run("64 blobs of 1 MiB at once", small(upload), out);
    } finally {
      delete(directory);
    }
    return 0;
  }

  private static List<String> small(Upload upload) throws IOException, InterruptedException {
    List<String> digests = new ArrayList<>();
    for (int i = 1; i <= SMALL_BLOBS; i++) {
      digests.add(upload.put(Blob.generated(i, 1 << 20)));
    }
    return digests;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
