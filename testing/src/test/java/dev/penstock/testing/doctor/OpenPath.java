package dev.penstock.testing.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/**
 * A path that runs, and how a client is told to go over it. One thread.
 *
 * @param server what the client dials
 * @param proxy the forward proxy that it has to use for that, if there is one
 * @param hops what runs, and is closed with this
 */
record OpenPath(URI server, Optional<URI> proxy, Closing hops) implements AutoCloseable {
  /** Ends what runs. */
  @FunctionalInterface
  interface Closing {
    void close() throws IOException;
  }

  /** Without any hop. */
  static OpenPath to(URI server) {
    return new OpenPath(server, Optional.empty(), () -> {});
  }

  /** With one more hop, which is closed first; on failure nothing is left running. */
  OpenPath behind(Step step, Site site) throws Exception {
    try {
      OpenPath front = step.before(this, site);
      return new OpenPath(
          front.server,
          front.proxy,
          () -> {
            front.close();
            close();
          });
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
  }

  @Override
  public void close() throws IOException {
    hops.close();
  }
}
