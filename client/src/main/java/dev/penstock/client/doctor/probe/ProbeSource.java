package dev.penstock.client.doctor.probe;

import dev.penstock.client.ClientConfig;
import java.util.concurrent.CompletableFuture;

/** Opens probes, the way the client itself dials. Any thread. */
public interface ProbeSource extends AutoCloseable {
  /** Of those that this configuration has dialled. */
  static ProbeSource dialling(ClientConfig config) {
    return new DialledProbes(config);
  }

  /** Fails with a {@link ProbeException}; ends within the handshake timeout. */
  CompletableFuture<Probe> open();

  @Override
  void close();
}
