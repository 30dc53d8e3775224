package dev.penstock.testing.tunnelprobe;

import dev.penstock.server.PenstockServer;
import dev.penstock.server.ServerConfig;
import dev.penstock.server.auth.TokenFile;
import dev.penstock.server.cli.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A server in this process, for one tunnel and one caller, with its tokens in a temporary
 * directory. Any thread.
 */
final class ServerEnd implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Path directory;
  private final PenstockServer server;
  private final String tunnelToken;
  private final String callerToken;

  private ServerEnd(Path directory, InetSocketAddress listen, String tunnel) throws IOException {
    this.directory = directory;
    Path tokens = directory.resolve("tokens");
    tunnelToken = TokenFile.createTunnelToken(tokens, tunnel);
    callerToken = TokenFile.createCallerToken(tokens, "probe", Set.of(tunnel));
    server =
        PenstockServer.start(
            ServerConfig.builder(tokens)
                .publicListen(listen)
                .apiListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .shutdownGrace(GRACE)
                .build());
  }

  /** Starts one whose public port listens there. */
  static ServerEnd start(InetSocketAddress listen, String tunnel) throws IOException {
    Path directory = Files.createTempDirectory("penstock-probe");
    try {
      return new ServerEnd(directory, listen, tunnel);
    } catch (IOException | RuntimeException e) {
      delete(directory);
      throw e;
    }
  }

  InetSocketAddress address() {
    return server.publicAddress();
  }

  HostPort api() {
    return new HostPort(
        server.apiAddress().getAddress().getHostAddress(), server.apiAddress().getPort());
  }

  String tunnelToken() {
    return tunnelToken;
  }

  String callerToken() {
    return callerToken;
  }

  @Override
  public void close() throws IOException {
    server.close();
    delete(directory);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
