package dev.penstock.testing.e2e;

import dev.penstock.client.registry.http.HttpTransport;
import dev.penstock.client.service.TransferOptions;
import dev.penstock.server.relay.RelayLimits;
import dev.penstock.tunnel.TunnelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What one call may hold between a registry's socket and a caller that does not read, place by
 * place in the order of the way.
 */
final class PipeBounds {
  /** A message that is under way when a bound is reached still comes. */
  private static final long MESSAGE = TransferOptions.DEFAULTS.messageBytes();

  /** Of the JDK's HTTP client: the three of one read (SocketTube.MAX_BUFFERS), and the next. */
  private static final long HTTP_BUFFERS = 4L * HttpTransport.readBufferBytes();

  private static final long READ_AHEAD = TransferOptions.DEFAULTS.readAheadBytes();
  private static final long CLIENT_READY = TransferOptions.DEFAULTS.readyThresholdBytes() + MESSAGE;
  private static final long TUNNEL_WINDOW = TunnelOptions.DEFAULTS.streamWindowBytes();
  private static final long RELAYED = MESSAGE;
  private static final long CALLER_READY = RelayLimits.CALLER_READY_BYTES + MESSAGE;
  private static final long CALLER_WINDOW = Deployment.CALLER_WINDOW_BYTES + MESSAGE;

  private PipeBounds() {}

  /** All of it. */
  static long perCall() throws IOException {
    return registrysConnection() + HTTP_BUFFERS + pastTheHttpClient();
  }

  /**
   * What is on its way between our client's reads and the caller. The tunnel's sockets and its
   * replay window hold only what is in the windows counted here.
   */
  static long pastTheHttpClient() {
    return READ_AHEAD + CLIENT_READY + TUNNEL_WINDOW + RELAYED + CALLER_READY + CALLER_WINDOW;
  }

  /** Both ends of the connection between registry and client, where nobody sets a size. */
  private static long registrysConnection() throws IOException {
    return kernelMaximum("tcp_wmem", 4 << 20) + kernelMaximum("tcp_rmem", 6 << 20);
  }

  /**
   * The last of the three numbers is the most that the kernel grows a socket's buffer to. Read as
   * lines, in one piece: the kernel gives such a file in one read or not whole.
   */
  private static long kernelMaximum(String name, long elsewhere) throws IOException {
    Path setting = Path.of("/proc/sys/net/ipv4", name);
    return Files.isReadable(setting)
        ? Long.parseLong(Files.readAllLines(setting).get(0).split("\\s+", -1)[2])
        : elsewhere;
  }
}
