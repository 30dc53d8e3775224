package dev.penstock.testing.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's {@code curl}, asked for the statuses of its answers. */
final class Curl {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final Path directory;

  /** The directory gets what curl prints. */
  Curl(Path directory) {
    this.directory = directory;
  }

  /**
   * The status that came in the end, and that of a proxy's answer to CONNECT, as in {@code
   * 200/407}; 000 where there was none. Whether curl calls that a failure is no matter.
   */
  String statuses(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "\"$@\" || true", "curl"));
    command.addAll(List.of(PeerBinary.CURL.require().toString(), "-q", "-s", "-o", "/dev/null"));
    command.addAll(List.of("-w", "%{http_code}/%{http_connect}"));
    for (Object each : arguments) {
      command.add(each.toString());
    }
    Path output = Files.createTempFile(directory, "curl", ".out");
    PeerProcess.run(command, output, BOUND);
    return Files.readString(output, UTF_8).strip();
  }
}
