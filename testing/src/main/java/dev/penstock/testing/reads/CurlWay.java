package dev.penstock.testing.reads;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code curl --parallel}, as a process of its own; what bash's {@code time} says of it. */
final class CurlWay implements ReadingWay {
  private static final long BOUND_SECONDS = 600;
  private static final String TIMED_CURL =
      "TIMEFORMAT='%R %U %S'; time curl -sSf --no-progress-meter --parallel --parallel-max 64 -K \"$0\"";

  private final URI repository;
  private final Path directory;

  /** Reads from the repository's URL, {@code …/v2/NAME}. */
  CurlWay(URI repository, Path directory) {
    this.repository = repository;
    this.directory = directory;
  }

  @Override
  public String name() {
    return "curl";
  }

  @Override
  public Cost read(List<String> digests) throws IOException, InterruptedException {
    Path list = directory.resolve("curl.list");
    Files.writeString(list, list(digests));
    Path times = directory.resolve("curl.times");
    Process curl =
        new ProcessBuilder("bash", "-c", TIMED_CURL, list.toString())
            .redirectErrorStream(true)
            .redirectOutput(times.toFile())
            .start();
    if (!curl.waitFor(BOUND_SECONDS, TimeUnit.SECONDS) || curl.exitValue() != 0) {
      curl.destroyForcibly();
      throw new IOException("curl failed: " + Files.readString(times));
    }
    List<String> lines = Files.readString(times).strip().lines().toList();
    String[] figures = lines.get(lines.size() - 1).strip().split(" +", -1);
    return new Cost(
        Double.parseDouble(figures[0]),
        Double.parseDouble(figures[1]) + Double.parseDouble(figures[2]));
  }

  private String list(List<String> digests) {
    StringBuilder list = new StringBuilder();
    for (String digest : digests) {
      list.append("url = \"%s/blobs/%s\"\noutput = /dev/null\n".formatted(repository, digest));
    }
    return list.toString();
  }
}
