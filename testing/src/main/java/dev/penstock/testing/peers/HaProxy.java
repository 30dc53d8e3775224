package dev.penstock.testing.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Debian's {@code haproxy}, as a master process with workers. */
public final class HaProxy implements ReloadablePeer {
  private static final Duration START_BOUND = Duration.ofSeconds(30);
  private static final Pattern SERVING = Pattern.compile("Loading success");

  private final PeerProcess process;

  private HaProxy(PeerProcess process) {
    this.process = process;
  }

  /**
   * Starts one with this configuration, which says where it listens; with its files below {@code
   * directory}, which must exist. It serves when this returns.
   */
  public static HaProxy start(String configuration, Path directory)
      throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve("haproxy.cfg"), configuration);
    List<String> command =
        List.of(PeerBinary.HAPROXY.require().toString(), "-W", "-db", "-f", file.toString());
    PeerProcess process = PeerProcess.start(command, directory.resolve("haproxy.log"), SERVING);
    try {
      var unused = process.await(START_BOUND);
      return new HaProxy(process);
    } catch (IOException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  @Override
  public void reload() throws IOException, InterruptedException {
    int before = process.matches();
    process.signal("USR2");
    process.awaitMatches(before + 1, START_BOUND);
  }

  @Override
  public void close() {
    process.close();
  }
}
