package dev.penstock.testing.ingress;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * A hop that runs between a client and the server, and how the client is told to go through it. One
 * thread.
 *
 * @param server what the client dials, as {@code ws://127.0.0.1:8080}
 * @param proxy the forward proxy that it has to use for that, if the hop is one
 * @param peer the hop itself, which is closed with this
 */
public record Hop(URI server, Optional<URI> proxy, Closing peer) implements AutoCloseable {

  /** Ends a program. */
  @FunctionalInterface
  public interface Closing {
    /** Ends it. */
    void close() throws IOException;
  }

  static Hop ingress(Ingress ingress) {
    return new Hop(ingress.server(), Optional.empty(), ingress::close);
  }

  @Override
  public void close() throws IOException {
    peer.close();
  }
}
