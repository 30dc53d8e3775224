package dev.penstock.testing.peers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Debian's {@code docker-registry} on a free loopback port, with its storage in a directory. */
public final class DockerRegistry implements AutoCloseable {
  private static final Duration START_BOUND = Duration.ofSeconds(60);
  private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");

  private final PeerProcess process;
  private final URI url;

  private DockerRegistry(PeerProcess process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Starts one that keeps everything below {@code directory}, which must exist. */
  public static DockerRegistry start(Path directory) throws IOException, InterruptedException {
    Path configuration = directory.resolve("registry.yml");
    Files.writeString(configuration, configuration(directory.resolve("storage")));
    List<String> command =
        List.of(PeerBinary.DOCKER_REGISTRY.require().toString(), "serve", configuration.toString());
    PeerProcess process = PeerProcess.start(command, directory.resolve("registry.log"), LISTENING);
    try {
      String address = process.await(START_BOUND).group(1);
      return new DockerRegistry(process, URI.create("http://" + address));
    } catch (IOException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  /** Port 0: the registry logs which one it got, so there is no race for a free one. */
  private static String configuration(Path storage) {
    return """
    version: 0.1
    log:
      level: info
      formatter: text
      accesslog:
        disabled: true
    storage:
      filesystem:
        rootdirectory: '%s'
      delete:
        enabled: true
    http:
      addr: 127.0.0.1:0
      secret: only-for-tests
    """
        .formatted(storage);
  }

  /** The registry's origin. */
  public URI url() {
    return url;
  }

  @Override
  public void close() {
    process.close();
  }
}
